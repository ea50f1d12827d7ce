import CLibSSH2
import FoundationEssentials

/// A server's public key, as it is sent and as `known_hosts` has it.
public struct HostKey: Sendable, Hashable {
  /// The key's type, for example `ssh-ed25519`: the first string in it.
  public let type: String
  /// The key itself, as in RFC 4253.
  public let blob: [UInt8]

  /// A key from its bytes; nil where they do not begin with a type.
  public init?(blob: [UInt8]) {
    var reader = WireReader(blob)
    guard let type = reader.text(), !type.isEmpty else { return nil }
    self.type = type
    self.blob = blob
  }

  /// A key from base64; nil where that is no key.
  public init?(base64: some StringProtocol) {
    guard let data = Data(base64Encoded: String(base64)) else { return nil }
    self.init(blob: Array(data))
  }

  /// The key in base64, as in `known_hosts`.
  public var base64: String { Data(blob).base64EncodedString() }

  /// The fingerprint as `ssh-keygen -l` shows it: `SHA256:` and base64 without padding.
  public var fingerprint: String {
    var digest = [UInt8](repeating: 0, count: 32)
    EVP_Digest(blob, blob.count, &digest, nil, EVP_sha256(), nil)
    let text = Data(digest).base64EncodedString()
    return "SHA256:" + text.prefix { $0 != "=" }
  }

  /// The type as `ssh-keygen` and `ssh-keyscan -t` call it, for example `ed25519`.
  public var shortType: String { Self.shortType(type) }

  /// The name for `ssh-keyscan -t` of a key type.
  static func shortType(_ type: String) -> String {
    if type.hasPrefix("ecdsa-") { return "ecdsa" }
    if type.hasPrefix("rsa-") { return "rsa" }
    return type.hasPrefix("ssh-") ? String(type.dropFirst(4)) : type
  }
}
