import FoundationEssentials

/// What a gateway was told to do and has begun, by the record of its calls: an upgrade that is gone on with must not do
/// it again.
struct GatewayCallCounts: Sendable {
  /// How often, by what it is.
  let counts: [String: String]

  /// Reads the record in `file`.
  init(file: String) {
    var counts: [String: Int] = [:]
    for line in (TextFile.read(file) ?? "").split(separator: "\n") {
      guard let fields = JSONText.fields(String(line)), let act = Self.act(fields) else { continue }
      counts[act, default: 0] += 1
    }
    // A restart whose first moments nobody saw is done again: nobody is served by it yet.
    self.counts = Dictionary(
      uniqueKeysWithValues: counts.map { ($0.key, $0.key == Self.restart ? "done" : "\($0.value) begun") })
  }

  private static let restart = "restart"

  /// What the call has begun; nil where it only asks, was refused or is repeated without harm.
  private static func act(_ call: [String: Any]) -> String? {
    guard let status = call["status"] as? Int, (200..<300).contains(status), let method = call["method"] as? String,
      method != "GET", let path = call["path"] as? String
    else { return nil }
    let body = call["body"] as? [String: Any] ?? [:]
    func words(_ keys: String...) -> String {
      ([path] + keys.compactMap { body[$0].map { "\($0)" } }).joined(separator: " ")
    }
    switch path {
    case "/migration": return words("action", "indicesType")
    case "/quiescemode": return words("enable", "block")
    case "/shutdown": return body["bounce"] as? Bool == true ? restart : "shutdown"
    default: return "\(method) \(path.split(separator: "/").prefix(1).joined())"
    }
  }
}
