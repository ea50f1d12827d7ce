import Upgrade
import WebMethods

/// What the commands that begin an action of a migration have in common.
enum GatewayMigration {
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
