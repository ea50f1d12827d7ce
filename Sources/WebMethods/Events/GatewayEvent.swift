/// What a gateway tells its webhooks; the raw value is the API's name for it, but for the logs' event, whose name depends
/// on the version.
public enum GatewayEvent: String, Sendable, Hashable, Codable, CaseIterable {
  /// The gateway is up.
  case serverStarted = "apigateway:server:started"
  /// The datastore is empty.
  case cleaned = "migration:clean:datastore:completed"
  /// Design-time changes are refused.
  case designtimeQuiesced = "migration:quiesce:designtime:completed"
  /// Everything is refused.
  case allQuiesced = "migration:quiesce:all:completed"
  /// The core data is copied.
  case coreReindexed = "migration:reindex:core:completed"
  /// Logs and events are copied.
  case logsReindexed = "migration:reindex:logsevents:completed"
  /// The copied data is fit for the new version. This is how the API spells it.
  case transformed = "migration:transform:assets:competed"

  /// What happens on the old side.
  public static let ofOldSide: [GatewayEvent] = [.serverStarted, .designtimeQuiesced, .allQuiesced]
  /// What happens on the new side.
  public static let ofNewSide: [GatewayEvent] = [
    .serverStarted, .cleaned, .coreReindexed, .logsReindexed, .transformed,
  ]

  private static let analytics = "migration:reindex:analyticsandlogs:completed"
  private static let runtime = "migration:reindex:runtime:completed"

  /// Reads any of the names under which it is sent, with either spelling of `completed`; nil for another.
  public init?(spelling text: String) {
    var name = text.lowercased()
    if name.hasSuffix(":competed") { name = name.dropLast(8) + "completed" }
    if name == Self.analytics || name == Self.runtime { name = Self.logsReindexed.rawValue }
    let all = Self.allCases
    guard let event = all.first(where: { $0.rawValue == name || $0.rightlySpelled == name }) else { return nil }
    self = event
  }

  /// The names of `events` for registering them with a gateway of `version`, nil where it is not known: lists to try in
  /// turn, since a gateway refuses a list with a name that it does not know.
  public static func names(of events: [GatewayEvent], for version: GatewayVersion?) -> [[String]] {
    let choices = events.contains(.logsReindexed) ? logsNames(for: version) : [[]]
    let spellings = events.contains(.transformed) ? [transformed.rawValue, transformed.rightlySpelled] : [""]
    return spellings.flatMap { spelling in
      choices.map { logs in
        events.flatMap { event in
          switch event {
          case .logsReindexed: logs
          case .transformed: [spelling]
          default: [event.rawValue]
          }
        }
      }
    }
  }

  private static func logsNames(for version: GatewayVersion?) -> [[String]] {
    let logs = logsReindexed.rawValue
    guard let version else { return [[analytics], [runtime], [logs]] }
    if version < .v10_11 { return [[runtime, logs], [runtime], [logs]] }
    return version < .v10_15 ? [[analytics]] : [[logs, analytics], [analytics]]
  }

  private var rightlySpelled: String {
    rawValue.hasSuffix(":competed") ? rawValue.dropLast(8) + "completed" : rawValue
  }
}
