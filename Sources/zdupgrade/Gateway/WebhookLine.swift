import Upgrade
import WebMethods

/// A webhook as it is printed: without its password.
struct WebhookLine: Encodable {
  let id: String?
  let url: String
  let events: [String]
  let isActive: Bool
  let username: String?
  let truststoreAlias: String?
  /// The headers' names; a value may be a secret.
  let headers: [String]

  init(_ hook: Webhook) {
    id = hook.id
    url = hook.url
    events = hook.events
    isActive = hook.isActive
    username = hook.login?.user
    truststoreAlias = hook.truststoreAlias
    headers = hook.headers.keys.sorted()
  }

  /// A line for it, and one for each event.
  var lines: [String] {
    let more = [
      username.map { "as \($0)" }, truststoreAlias.map { "trusting \($0)" },
      headers.isEmpty ? nil : "with \(headers.joined(separator: ", "))",
    ].compactMap(\.self).map { ", \($0)" }.joined()
    let line = "\(id ?? "?"): \(url) (\(isActive ? "active" : "not active")\(more))"
    return ([line] + events.map { "  \($0)" }).map(PlainText.oneLine)
  }
}
