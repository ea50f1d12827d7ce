import Upgrade

/// What the topology says about an HAProxy.
struct HAProxySettings: Sendable, Hashable {
  /// Where the runtime API listens, one for each process.
  let sockets: [SocketEndpoint]
  /// The backends in which servers are looked for; empty for all.
  let backends: [String]
  /// How long one operation may wait for HAProxy's own checks.
  let timeout: Duration

  static let keys = ["socket", "backends", "timeout", "ssh"]

  /// Reads them.
  init(_ settings: SettingReader) throws(Failure) {
    guard let texts = try settings.oneOrMoreStrings("socket") else {
      throw settings.complaint("socket", "is missing: the path, or HOST:PORT, of a 'stats socket' with 'level admin'")
    }
    var sockets: [SocketEndpoint] = []
    for text in texts {
      guard let endpoint = SocketEndpoint(text) else {
        throw settings.complaint("socket", "'\(text)' is neither an absolute path nor HOST:PORT")
      }
      guard !sockets.contains(endpoint) else { throw settings.complaint("socket", "'\(text)' is there twice") }
      sockets.append(endpoint)
    }
    self.sockets = sockets
    backends = try settings.oneOrMoreStrings("backends") ?? []
    timeout = .seconds(try settings.integer("timeout", in: 1...3600) ?? 60)
  }
}

extension SocketEndpoint {
  /// Reads an absolute path, `HOST:PORT` or `[ADDRESS]:PORT`.
  init?(_ text: String) {
    if text.hasPrefix("/") {
      self = .unix(text)
      return
    }
    guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
      (1...65_535).contains(port)
    else { return nil }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty, !host.contains("/"), !host.contains(" ") else { return nil }
    self = .tcp(host: String(host), port: port)
  }
}
