import ArgumentParser
import Upgrade
import WebMethods

/// Tells how far the actions of a migration are.
struct GatewayMigrationStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show how far clean, reindex and transform are.",
    discussion: """
      Changes nothing. The core data and the logs share the status of reindex. It ends with 0, or with 80 where an action \
      has failed or the gateway does not say.
      """)

  @OptionGroup var gateway: GatewayArguments

  @Option(name: .customLong("action"), help: "Only this: clean, reindex or transform.")
  var action: MigrationAction?

  mutating func run() async throws {
    let target = try gateway.target()
    let actions = action.map { [$0] } ?? MigrationAction.allCases
    let lines = try await gateway.withClient(target) { client in
      var lines: [Line] = []
      for action in actions {
        lines.append(Line(client.name, action, try await client.migrationStatus(of: action)))
      }
      return lines
    }
    try gateway.format.show(lines) { lines.map(\.text) }
    if lines.contains(where: { $0.status == "failure" }) { throw ExitCode(Status.fatalError.code) }
  }

  private struct Line: Encodable {
    let node: String
    let action: String
    let status: String
    let failureReason: String?

    init(_ node: String, _ action: MigrationAction, _ status: MigrationStatus) {
      self.node = node
      self.action = action.rawValue
      switch status {
      case .neverRun: (self.status, failureReason) = ("never run", nil)
      case .begun(let progress): (self.status, failureReason) = ProgressWords.of(progress)
      }
    }

    var text: String {
      PlainText.oneLine("\(node): \(action): \(failureReason.map { "\(status): \($0)" } ?? status)")
    }
  }
}

extension MigrationAction: ExpressibleByArgument {}
