import Foundation
import Upgrade
import WebMethods

/// A blue-green upgrade as the operator wants it, with all that was asked for.
struct BlueGreenOrder: ResumableOrder {
  /// Beyond the file, what decides about the plan and what follows a failure.
  struct Options: Sendable, Hashable, Codable {
    let onDrainTimeout: String
    let rollback: String
  }

  /// The command line behind `bluegreen run`.
  let arguments: [String]
  /// The blue-green file.
  let file: String
  let settings: BlueGreenSettings
  let options: Options
  let planner: BlueGreenPlanner
  let passwords: BlueGreenPasswords
  let probes: ProbeSetup
  let notices: NoticeTargets
  let logins: Logins
  let rollback: RollbackPolicy
  /// What the locks say why the nodes are in use.
  let reason: String
  /// The folder of the logs.
  let logDir: String
  /// Where gateways tell what has happened; nil as long as nobody listens.
  var desk: WebhookDesk?

  /// The command that begins such runs.
  static let command = "bluegreen run"

  /// The plan.
  var plan: Plan { planner.plan.adding(notices: probes.notices) }

  /// What the plan is made from.
  func basis() throws(Failure) -> RunBasis {
    RunBasis(
      command: Self.command, arguments: arguments, directory: FileManager.default.currentDirectoryPath,
      topologyDigest: try Digest.ofFile(file), optionsDigest: try Digest.of(options),
      planDigest: try Digest.of(plan), observed: [:])
  }

  var fleet: Fleet { settings.fleet(file: file) }
  var secrets: [SecretName: Secret] { [:] }
  var rollbackHelper: any RollbackHelper { BlueGreenRollbackHelper(settings, rollback) }
  var reconnectTime: Int { 600 }
  var forks: Int { ControlNode.this.forks(for: fleet.hosts.count) }
  var showsAllNodes: Bool { true }
  var window: ChangeWindow? { nil }
  var isAnswered: Bool { true }
  var resumeCommand: String { "zdupgrade bluegreen resume" }

  func operations(http: any HTTPExchange, local: CommandRunner, journal: any Journal) -> any OperationPerformer {
    GatewayPerformer(
      settings,
      GatewayPerformer.Parts(
        clients: passwords.clients(settings, http: http), source: passwords.source,
        versions: (settings.old.version, settings.new?.version), webhooks: desk?.registration,
        events: desk?.events ?? NoWebhookEvents(), control: LocalCommand(runner: local)),
      journal: journal)
  }

  func healthProbe(http: any HTTPExchange) -> (any HealthProbe)? {
    GatewayHealthProbe(passwords.clients(settings, http: http).values)
  }

  func lookAgain(
    by assembly: Assembly, as continuation: Continuation, _ plan: Plan, _ progress: Upgrade.Progress
  ) async throws -> (beliefs: [Event], problems: [Problem]) {
    // An old side that has taken changes meanwhile is no reason not to go back; it is the reason to.
    guard continuation != .rollback else { return ([], []) }
    let clients = passwords.clients(settings, http: assembly.http)
    return ([], await QuiesceCheck(settings, clients: clients).problems(behind: progress))
  }
}
