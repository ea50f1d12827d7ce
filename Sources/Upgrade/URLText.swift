/// The parts of an http or https URL, taken apart without reading anything into them.
public struct URLText: Sendable, Hashable {
  /// `http://` or `https://`.
  public let scheme: String
  /// What stands before the path: host, port, and user if there is one.
  public let host: String

  /// Reads `text`; nil when it is of another kind.
  public init?(_ text: String) {
    guard let scheme = ["http://", "https://"].first(where: text.hasPrefix) else { return nil }
    self.scheme = scheme
    host = String(text.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" })
  }

  /// The URL of another path on the same host.
  public func with(path: String) -> String { scheme + host + path }

  /// `text` as one part of a path.
  public static func escaped(_ text: String) -> String {
    text.utf8.map { byte in
      let character = Character(UnicodeScalar(byte))
      if character.isASCII, character.isLetter || character.isNumber || "-._~".contains(character) {
        return String(character)
      }
      let digits = String(byte, radix: 16, uppercase: true)
      return "%\(digits.count == 1 ? "0" : "")\(digits)"
    }.joined()
  }
}
