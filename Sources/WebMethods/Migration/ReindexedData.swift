/// What one reindex copies.
public enum ReindexedData: String, Sendable, Hashable, Codable, CaseIterable {
  /// APIs, aliases, settings: all that is made at design time.
  case core
  /// Logs, events and metrics.
  case logsAndEvents

  /// The API's words for it, of which the gateway takes one: `version` is the new gateway's, and where it is not known
  /// they are to be tried in this order.
  public func indicesTypes(for version: GatewayVersion?) -> [String] {
    guard self == .logsAndEvents else { return ["core"] }
    guard let version else { return ["analyticsandlogs", "logsevents"] }
    return version < .v10_11 ? ["logsevents"] : ["analyticsandlogs"]
  }
}
