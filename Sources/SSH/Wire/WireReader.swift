/// Reads the data types of RFC 4251 from bytes; every read gives nil when the bytes do not hold it.
struct WireReader {
  private let bytes: ArraySlice<UInt8>
  private var position: Int

  init(_ bytes: [UInt8]) { self.init(bytes[...]) }

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  /// What has not been read.
  var rest: ArraySlice<UInt8> { bytes[position...] }

  /// The next `count` bytes.
  mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count >= 0, count <= bytes.endIndex - position else { return nil }
    defer { position += count }
    return bytes[position..<position + count]
  }

  /// One byte.
  mutating func byte() -> UInt8? { take(1)?.first }

  /// A number of four bytes.
  mutating func uint32() -> UInt32? {
    take(4)?.reduce(0) { $0 << 8 | UInt32($1) }
  }

  /// A length and as many bytes; also the form of an mpint.
  mutating func string() -> ArraySlice<UInt8>? {
    guard let count = uint32() else { return nil }
    return take(Int(count))
  }

  /// A string that is UTF-8.
  mutating func text() -> String? { string().flatMap { String(validating: $0, as: UTF8.self) } }
}
