/// The SHA-256 of a certificate (of its DER form), by which an operator knows it again.
public struct CertificateFingerprint: Sendable, Hashable {
  /// The 32 bytes.
  public let bytes: [UInt8]

  /// A fingerprint from a digest; nil where that is not of 32 bytes.
  public init?(digest: some Sequence<UInt8>) {
    bytes = Array(digest)
    guard bytes.count == 32 else { return nil }
  }

  /// A fingerprint as it is written: `SHA256:` and 64 hexadecimal digits, with or without colons between the bytes, or
  /// the line `sha256 Fingerprint=...` that `openssl x509 -fingerprint -sha256` prints. Nil for anything else.
  public init?(_ text: String) {
    var digits = text.lowercased()[...]
    for prefix in ["sha256 fingerprint=", "sha256:", "sha-256:"] where digits.hasPrefix(prefix) {
      digits = digits.dropFirst(prefix.count)
      break
    }
    let parts =
      digits.contains(":") ? digits.split(separator: ":", omittingEmptySubsequences: false) : Self.pairs(digits)
    let isHexadecimal = parts.allSatisfy { $0.utf8.count == 2 && $0.allSatisfy { $0.isASCII && $0.isHexDigit } }
    guard isHexadecimal else { return nil }
    self.init(digest: parts.compactMap { UInt8($0, radix: 16) })
  }

  private static func pairs(_ digits: Substring) -> [Substring] {
    let characters = Array(digits)
    return stride(from: 0, to: characters.count, by: 2).map {
      Substring(characters[$0..<min($0 + 2, characters.count)])
    }
  }
}

extension CertificateFingerprint: CustomStringConvertible {
  /// `SHA256:` and the bytes as OpenSSL shows them: `SHA256:0A:1B:...`.
  public var description: String {
    let pairs = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }
    return "SHA256:" + pairs.joined(separator: ":")
  }
}
