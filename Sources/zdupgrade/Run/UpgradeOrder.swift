import Axway
import Foundation
import Upgrade

/// An upgrade of Axway API Gateways as the operator wants it, with all that was asked for.
struct UpgradeOrder: ResumableOrder {
  /// The command line, without the program and the subcommand; what was asked on the terminal is in it.
  let arguments: [String]
  /// The domain.
  let topology: Topology
  /// The topology's file; nil for the reference topology.
  let file: String?
  let options: UpgradeOptions
  let planner: Planner
  let probes: ProbeSetup
  let notices: NoticeTargets
  let secrets: [SecretName: Secret]
  let logins: Logins
  let rollback: RollbackPolicy
  /// What the locks say why the nodes are in use.
  let reason: String
  /// The folder of the logs.
  let logDir: String
  /// When nodes may be begun; nil at any time.
  var window: ChangeWindow?
  /// Whether the operator is not asked what to do where a node does not fit into the window.
  let isAnswered: Bool
  /// Whether each node is shown at the end, however many there are.
  let showsAllNodes: Bool

  /// The plan for nodes that were found like that.
  func plan(observed: [String: Observation]) throws(Failure) -> Plan {
    try planner.plan(observed: observed).adding(notices: probes.notices)
  }

  /// What `plan` is made from.
  func basis(of plan: Plan, observed: [String: Observation]) throws(Failure) -> RunBasis {
    RunBasis(
      arguments: arguments, directory: FileManager.default.currentDirectoryPath,
      topologyDigest: try Digest.ofFile(file), optionsDigest: try Digest.of(options), planDigest: try Digest.of(plan),
      observed: observed.mapValues(\.text))
  }

  var fleet: Fleet { topology.fleet(file: file) }
  var rollbackHelper: any RollbackHelper { StandardRollbackHelper(rollback) }
  var reconnectTime: Int { options.reconnectTime }
  var forks: Int { options.forks }
  var resumeCommand: String { "zdupgrade resume" }

  func lookAgain(
    by assembly: Assembly, as continuation: Continuation, _ plan: Plan, _ progress: Upgrade.Progress
  ) async throws -> (beliefs: [Event], problems: [Problem]) {
    let found = try await assembly.preflight(secrets: secrets).states(planner, forks: options.forks)
    return (Belief.events(of: plan, progress, found: found.states), found.problems)
  }
}
