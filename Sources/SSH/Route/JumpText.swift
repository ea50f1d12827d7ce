/// A jump host as the operator's SSH settings name it: `[USER@]HOST[:PORT]` or `ssh://[USER@]HOST[:PORT]`.
///
/// Source: ssh_config(5), ProxyJump.
public struct JumpText: Sendable, Hashable {
  /// The host, without the brackets of IPv6.
  public let host: String
  /// Who logs in there; nil where its own settings decide.
  public let user: String?
  /// The TCP port; nil where its own settings decide.
  public let port: Int?

  /// Reads `text`; nil where it names no host.
  public init?(_ text: String) {
    var rest = text.hasPrefix("ssh://") ? text.dropFirst(6) : text[...]
    if rest.hasSuffix("/") { rest.removeLast() }
    if let at = rest.lastIndex(of: "@") {
      user = String(rest[..<at])
      rest = rest[rest.index(after: at)...]
    } else {
      user = nil
    }
    if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
      host = String(rest[rest.index(after: rest.startIndex)..<end])
      rest = rest[rest.index(after: end)...]
    } else if let colon = rest.lastIndex(of: ":"), rest.firstIndex(of: ":") == colon {
      host = String(rest[..<colon])
      rest = rest[colon...]
    } else {
      host = String(rest)
      rest = ""
    }
    port = Int(rest.dropFirst())
    guard !host.isEmpty, user?.isEmpty != true else { return nil }
    guard rest.isEmpty || port.map((1...65_535).contains) == true else { return nil }
  }
}
