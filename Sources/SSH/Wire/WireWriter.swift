/// Writes the data types of RFC 4251.
struct WireWriter {
  /// What was written.
  private(set) var bytes: [UInt8] = []

  /// One byte.
  mutating func byte(_ value: UInt8) { bytes.append(value) }

  /// A number of four bytes.
  mutating func uint32(_ value: UInt32) {
    withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) }
  }

  /// A length and the bytes.
  mutating func string(_ value: some Collection<UInt8>) {
    uint32(UInt32(value.count))
    bytes.append(contentsOf: value)
  }

  /// A length and the text's bytes.
  mutating func string(_ value: String) { string(value.utf8) }

  /// A number that is not negative, given as bytes with the highest first.
  mutating func mpint(_ value: some Collection<UInt8>) {
    let digits = value.drop { $0 == 0 }
    let needsZero = digits.first.map { $0 >= 0x80 } ?? false
    string((needsZero ? [0] : []) + Array(digits))
  }
}
