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
    let target = try GatewayMigration.target(gateway, wait)
    let hasBackup = !hasNoBackup && target.settings?.migration?.hasBackup != false
    try confirmation.obtain(
      "empty the datastore of \(target.node.name)\(hasBackup ? "" : ", and there will be no backup of it")")
    try await GatewayMigration.begin(.clean, "clean", gateway, target, wait) {
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
    let target = try GatewayMigration.target(gateway, wait)
    try await GatewayMigration.begin(.transform, "transform", gateway, target, wait) {
      try await $0.startTransform()
    }
  }
}
