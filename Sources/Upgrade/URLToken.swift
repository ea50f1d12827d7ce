/// The part of a URL that nobody can guess: 32 random bytes in base64url. Who knows it may do what the URL is for.
public struct URLToken: Sendable, Hashable {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
  private static let length = 43
  /// Its text; a secret as far as printing goes.
  public let text: Secret

  /// A new one, from the system's generator for cryptography.
  public init() {
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    text = Secret(Self.base64URL(bytes))
  }

  /// One that was made before; nil for what is none.
  public init?(_ text: String) {
    guard text.utf8.count == Self.length, text.utf8.allSatisfy(Self.alphabet.contains) else { return nil }
    self.text = Secret(text)
  }

  /// Whether `other` is its text; the time it takes does not tell how much of it is right.
  public func matches(_ other: String) -> Bool { ConstantTime.areEqual(text.reveal(), other) }

  private static func base64URL(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    var (bits, count) = (0, 0)
    for byte in bytes {
      bits = bits << 8 | Int(byte)
      count += 8
      while count >= 6 {
        count -= 6
        text.append(alphabet[bits >> count & 63])
      }
      bits &= (1 << count) - 1
    }
    if count > 0 { text.append(alphabet[bits << (6 - count) & 63]) }
    return String(decoding: text, as: UTF8.self)
  }
}
