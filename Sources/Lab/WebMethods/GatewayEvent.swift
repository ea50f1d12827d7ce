/// What webhooks tell about.
enum GatewayEvent: Sendable, Hashable, CaseIterable {
  case serverStarted, datastoreCleaned, designtimeQuiesced, allQuiesced, coreReindexed, logsReindexed, assetsTransformed

  /// Its names in `version`: one that a webhook asks for is the one that it is told; the first is the usual one.
  func names(in version: GatewayVersion) -> [String] {
    switch self {
    case .serverStarted: ["apigateway:server:started"]
    case .datastoreCleaned: ["migration:clean:datastore:completed"]
    case .designtimeQuiesced: ["migration:quiesce:designtime:completed"]
    case .allQuiesced: ["migration:quiesce:all:completed"]
    case .coreReindexed: ["migration:reindex:core:completed"]
    case .logsReindexed: Self.logsNames(in: version)
    // The vendor's own spelling.
    case .assetsTransformed: ["migration:transform:assets:competed"]
    }
  }

  private static func logsNames(in version: GatewayVersion) -> [String] {
    switch version {
    case .v10_7: ["migration:reindex:runtime:completed", "migration:reindex:logsevents:completed"]
    case .v10_11: ["migration:reindex:analyticsandlogs:completed"]
    case .v10_15, .v11_0: ["migration:reindex:analyticsandlogs:completed", "migration:reindex:logsevents:completed"]
    }
  }

  /// All names that a webhook may ask for; `reindex:all` is in the vendor's list, and nothing fires it.
  static func knownNames(in version: GatewayVersion) -> Set<String> {
    let names = Set(allCases.flatMap { $0.names(in: version) })
    return version.isAtLeast(.v10_15) ? names.union(["migration:reindex:all:completed"]) : names
  }
}
