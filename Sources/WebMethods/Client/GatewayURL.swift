import Upgrade

/// Where a gateway's Integration Server answers: `https://gw-1.example.com:5543`, perhaps with a path before `/rest`.
///
/// It holds no user, password, query or fragment, and is written in one way only, so that two of them that mean the same
/// place are equal: the host in small letters, the port always, no `/` at the end.
public struct GatewayURL: Sendable, Hashable {
  private static let api = "/rest/apigateway"

  /// Whether it is of `https`.
  public let isSecure: Bool
  /// The host in small letters; an IPv6 address in brackets.
  public let host: String
  /// The TCP port.
  public let port: Int
  /// What stands before `/rest`; empty, or beginning with `/` and not ending so.
  public let path: String

  private init(isSecure: Bool, host: String, port: Int, path: String) {
    self.isSecure = isSecure
    self.host = host
    self.port = port
    self.path = path
  }

  /// Reads `text`; nil for what is no such URL. The path of the API itself at the end is left out.
  public init?(_ text: String) {
    guard let parts = URLText(text), let place = Self.place(parts.host, isSecure: parts.scheme == "https://") else {
      return nil
    }
    var path = String(text.dropFirst(parts.scheme.count + parts.host.count))
    let isPlain = path.utf8.allSatisfy { byte in
      byte > 32 && byte < 127 && !#"?#\"<>^`{|}"#.utf8.contains(byte)
    }
    guard isPlain else { return nil }
    while path.hasSuffix("/") { path.removeLast() }
    if path.hasSuffix(Self.api) { path.removeLast(Self.api.count) }
    self.init(isSecure: parts.scheme == "https://", host: place.host, port: place.port, path: path)
  }

  /// The same host on another port, over plain HTTP, as a quiesce port is.
  public func atPlainPort(_ port: Int) -> GatewayURL {
    GatewayURL(isSecure: false, host: host, port: port, path: path)
  }

  /// What answers a GET with 200 while the gateway is up, also to one that does not say who it is.
  public var health: String { administration("/health") }

  /// The URL of `path` in the administration API; `path` begins with `/`.
  func administration(_ path: String) -> String { description + Self.api + path }

  /// The URL of a service of the Integration Server, which is beside the API.
  func service(_ name: String) -> String { "\(description)/invoke/\(name)" }

  private static func place(_ text: String, isSecure: Bool) -> (host: String, port: Int)? {
    var (host, rest) = (text[...], ""[...])
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { return nil }
      host = text[...end]
      rest = text[text.index(after: end)...]
      guard host.utf8.count > 4, host.dropFirst().dropLast().allSatisfy({ $0.isHexDigit || ":.".contains($0) }) else {
        return nil
      }
    } else {
      if let colon = text.firstIndex(of: ":") { (host, rest) = (text[..<colon], text[colon...]) }
      let isName = host.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-._".contains($0)) }
      guard !host.isEmpty, isName else { return nil }
    }
    if rest.isEmpty { return (host.lowercased(), isSecure ? 443 : 80) }
    let digits = rest.dropFirst()
    guard rest.hasPrefix(":"), digits.allSatisfy({ $0.isASCII && $0.isNumber }), let port = Int(digits),
      (1...65_535).contains(port)
    else { return nil }
    return (host.lowercased(), port)
  }
}

extension GatewayURL: CustomStringConvertible {
  /// As it is asked: scheme, host, port and path.
  public var description: String { "\(isSecure ? "https" : "http")://\(host):\(port)\(path)" }
}
