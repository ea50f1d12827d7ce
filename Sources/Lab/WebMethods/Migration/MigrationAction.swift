/// What a migration consists of.
enum MigrationAction: Sendable, Hashable {
  case clean(hasBackup: Bool)
  case reindex(ReindexRequest)
  case transform
  /// Only of 11.0, whose schema names it.
  case backup

  /// Its name in requests and answers; both kinds of reindexing have one, and so one status.
  var name: String {
    switch self {
    case .clean: "clean"
    case .reindex: "reindex"
    case .transform: "transform"
    case .backup: "backup"
    }
  }

  /// The names that can be asked for the status.
  static let namesWithStatus = ["reindex", "transform", "clean"]

  /// Where it goes wrong on purpose.
  var step: GatewayFault.Step {
    switch self {
    case .clean, .backup: .clean
    case .reindex(let request): request.isCore ? .reindexCore : .reindexLogs
    case .transform: .transform
    }
  }

  /// What webhooks are told behind it.
  var event: GatewayEvent? {
    switch self {
    case .clean: .datastoreCleaned
    case .reindex(let request): request.isCore ? .coreReindexed : .logsReindexed
    case .transform: .assetsTransformed
    case .backup: nil
    }
  }
}
