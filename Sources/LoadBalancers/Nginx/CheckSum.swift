/// The check sum of POSIX's `cksum`, which every host can compute of its own files.
enum CheckSum {
  /// What `cksum` prints of a file with these `bytes` on its standard input: the sum, and the length.
  static func posix(of bytes: [UInt8]) -> String {
    var length = bytes.count
    var suffix: [UInt8] = []
    while length > 0 {
      suffix.append(UInt8(truncatingIfNeeded: length))
      length >>= 8
    }
    let sum = (bytes + suffix).reduce(0 as UInt32) { ($0 << 8) ^ table[Int(UInt8($0 >> 24) ^ $1)] }
    return "\(~sum) \(bytes.count)"
  }

  /// What a byte adds, by the standard's polynomial.
  private static let table = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte) << 24) { sum, _ in (sum << 1) ^ (sum & 0x8000_0000 == 0 ? 0 : 0x04C1_1DB7) }
  }
}
