import Upgrade

/// What one gateway says before anything is changed.
struct GatewayLook: Sendable {
  let settings: BlueGreenSettings
  let node: GatewayNode
  let client: GatewayClient

  /// What is wrong with it.
  func problems(isOld: Bool) async -> [Problem] {
    do {
      guard isOld || settings.profile != .minorStandalone else { return try await notStarted() }
      let health = try await client.health()
      guard health.isServing else {
        return [
          problem(
            "it does not serve: \(health.failure?.message ?? "its health is not good")",
            "start it, and see to its health with 'zdupgrade gateway health'")
        ]
      }
      return isOld ? try await oldProblems() : try await newProblems()
    } catch {
      let failure = Failure.from(error, as: .gateway)
      return [problem(failure.message, failure.remedy ?? Self.remedy(failure.kind))]
    }
  }

  /// It must be fit for what comes, and nobody else may be at it.
  private func oldProblems() async throws -> [Problem] {
    guard try await client.offersUpgrade() else {
      return [
        problem(
          "it has no operations for an upgrade without downtime (/quiescemode is not there)",
          "they are there from version 10.7 on (10.5 with fix 9)")
      ]
    }
    let state = try await client.quiesceState()
    guard state.isEnabled else { return [] }
    guard state.block == .designtime else {
      return [problem("it is quiesced for all", "restart it, or finish the upgrade that has quiesced it")]
    }
    return [
      problem(
        "it refuses design-time changes already",
        "if no other upgrade is under way, end that with 'zdupgrade gateway quiesce disable'")
    ]
  }

  /// Nothing may be under way on what is to be emptied.
  private func newProblems() async throws -> [Problem] {
    for action in MigrationAction.allCases {
      guard case .begun(.underWay) = try await client.migrationStatus(of: action) else { continue }
      return [
        problem(
          "a migration is under way on it (\(action.rawValue))",
          "wait until it has ended; 'zdupgrade gateway migrate status' tells")
      ]
    }
    return []
  }

  /// Both sides have one datastore, and it is started only when the old one refuses changes.
  private func notStarted() async throws -> [Problem] {
    guard try await client.withoutRetry.health().isAnswered else { return [] }
    return [
      problem("it runs already", "stop it; your start command starts it when the old side refuses changes")
    ]
  }

  private func problem(_ text: String, _ remedy: String) -> Problem { Problem(node: node.name, text, remedy: remedy) }

  private static func remedy(_ kind: Failure.Kind) -> String {
    switch kind {
    case .authentication: "check username and password of the node"
    default: "check adminURL of the node, and that the gateway runs"
    }
  }
}
