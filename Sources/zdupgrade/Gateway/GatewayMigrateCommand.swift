import ArgumentParser
import Upgrade
import WebMethods

/// Begins the actions of a migration on a new gateway, and tells of them.
struct GatewayMigrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate", abstract: "Empty, fill or transform the new side's datastore; show how far that is.",
    subcommands: [
      GatewayCleanCommand.self, GatewayReindexCommand.self, GatewayTransformCommand.self,
      GatewayMigrationStatusCommand.self,
    ])

  /// Begins `action` on what is meant, waits where that is wanted, and prints it.
  ///
  /// - Throws: `Failure`; also where the target is known to be of the old side.
  static func begin(
    _ action: MigrationAction, _ title: String, _ gateway: GatewayArguments, _ target: GatewayArguments.Target,
    _ wait: GatewayWait, _ start: @Sendable (GatewayClient) async throws -> MigrationStart
  ) async throws {
    let result = try await gateway.withClient(target) { client in
      let outcome: GatewayResult.Outcome
      switch try await start(client) {
      case .started: outcome = .accepted
      case .alreadyRunning: outcome = .alreadyRunning
      case .answerLost(let failure): throw GatewayResult.lost(failure, ask: "migrate status")
      }
      let isOver = try await wait.end(of: "\(title) on \(client.name)") {
        switch try await client.migrationStatus(of: action) {
        case .neverRun: nil
        case .begun(let progress): progress
        }
      }
      return GatewayResult(
        node: client.name, operation: title, outcome: isOver ? .done : outcome,
        note: isOver ? nil : "'migrate status' tells how far it is")
    }
    try gateway.format.show(result) { result.lines }
  }

  /// The target, which must not be known as one of the old side.
  static func target(_ gateway: GatewayArguments, _ wait: GatewayWait) throws(Failure) -> GatewayArguments.Target {
    try wait.check()
    let target = try gateway.target()
    guard target.isNew != false else {
      throw Failure(
        .refused, "--node: '\(target.node.name)' is no new one; what it has is what users are served from")
    }
    return target
  }
}

/// Empties the new side's datastore.
struct GatewayCleanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clean", abstract: "Empty the datastore of a new gateway; asks first, or needs --yes.")

  @OptionGroup var gateway: GatewayArguments
  @OptionGroup var confirmation: Confirmation
  @OptionGroup var wait: GatewayWait

  @Flag(name: .customLong("no_backup"), help: "Do not save it before. (default: what the file says, else it is saved)")
  var hasNoBackup = false

  mutating func run() async throws {
    let target = try GatewayMigrateCommand.target(gateway, wait)
    let hasBackup = !hasNoBackup && target.settings?.migration?.hasBackup != false
    try confirmation.obtain(
      "empty the datastore of \(target.node.name)\(hasBackup ? "" : ", and there will be no backup of it")")
    try await GatewayMigrateCommand.begin(.clean, "clean", gateway, target, wait) {
      try await $0.startClean(backup: hasBackup)
    }
  }
}

/// Makes what was copied fit for the new version.
struct GatewayTransformCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transform", abstract: "Make the copied data fit for the new version.")

  @OptionGroup var gateway: GatewayArguments
  @OptionGroup var wait: GatewayWait

  mutating func run() async throws {
    let target = try GatewayMigrateCommand.target(gateway, wait)
    try await GatewayMigrateCommand.begin(.transform, "transform", gateway, target, wait) {
      try await $0.startTransform()
    }
  }
}
