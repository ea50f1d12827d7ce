/// What the tokens in the operator's SSH settings stand for.
///
/// Source: ssh_config(5), TOKENS.
public struct ClientTokens: Sendable, Hashable {
  /// What is connected to.
  public let host: String
  /// Its TCP port.
  public let port: Int
  /// Who logs in there.
  public let user: String
  private let values: [Character: String]
  private let home: String

  /// Tokens for one host.
  ///
  /// - Parameters:
  ///   - name: the host as it was asked for (`%n`).
  ///   - host: what is connected to (`%h`).
  ///   - user: who logs in there (`%r`).
  ///   - home: this user's home folder (`%d`, and `~` at the beginning of a path).
  ///   - localUser: this user (`%u`).
  public init(name: String, host: String, port: Int, user: String, home: String, localUser: String) {
    values = [
      "n": name, "h": host, "p": String(port), "r": user, "d": home, "u": localUser, "%": "%",
    ]
    (self.host, self.port, self.user) = (host, port, user)
    self.home = home
  }

  /// The command line `text`, which a shell will read, with its tokens replaced.
  ///
  /// - Returns: nil where a host's or a user's name that stands in it holds what means something to a shell, or would be
  ///   an option; OpenSSH refuses these too.
  public func shellLine(_ text: String) -> String? {
    var isFit = true
    let line = expand(text) { token, value in
      let isName = token == "n" || token == "h" || token == "r"
      if isName, value.hasPrefix("-") || value.unicodeScalars.contains(where: Self.isUnfit) { isFit = false }
      return value
    }
    return isFit ? line : nil
  }

  /// White space and control characters, and what quotes, expands, redirects or separates.
  private static func isUnfit(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || scalar.value < 0x20 || scalar.value == 0x7f
      || "'\"`$\\;&<>|(){}*?!#~".unicodeScalars.contains(scalar)
  }

  /// `text` with its tokens replaced; one that is not known here stays as it is.
  public func expand(_ text: String) -> String { expand(text) { _, value in value } }

  private func expand(_ text: String, _ change: (Character, String) -> String) -> String {
    var result = ""
    var isToken = false
    for character in text {
      if isToken {
        result += values[character].map { change(character, $0) } ?? "%\(character)"
        isToken = false
      } else if character == "%" {
        isToken = true
      } else {
        result.append(character)
      }
    }
    return isToken ? result + "%" : result
  }

  /// The path `text` with its tokens, and `~`, replaced.
  public func path(_ text: String) -> String {
    let path = expand(text)
    return path == "~" ? home : path.hasPrefix("~/") ? home + path.dropFirst() : path
  }
}
