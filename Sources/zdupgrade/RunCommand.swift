import ArgumentParser
import Axway
import Foundation
import Records
import Upgrade

/// Upgrades all nodes.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Upgrade all nodes, one after another, and print the summary table.")

  @OptionGroup var roll: RollArguments
  @OptionGroup(title: "Progress") var shown: ProgressArguments

  @Option(
    name: .customLong("rollback"),
    help: "What is taken back after a failure: all (the failing node, then the nodes upgraded before it), node or none."
  )
  var rollback = RollbackPolicy.all

  @Option(name: .customLong("log_dir"), help: "The folder of the logs.", completion: .directory)
  var logDir = "logs"

  @Flag(
    name: .customLong("yes"),
    help: "Do not ask whether to go on where a node does not fit into the change window: the run ends there.")
  var isAnswered = false

  @Option(name: .customLong("reason"), help: "What the locks say why the nodes are in use.")
  var reason = "zdupgrade run"

  @Flag(name: .customLong("dry_run"), help: "Print the plan and change nothing, as 'plan' does.")
  var isDryRun = false

  mutating func validate() throws {
    guard !isDryRun || shown.format == .text else {
      throw ValidationError("--format json: a dry run has no events; leave one of --dry_run and --format out")
    }
  }

  mutating func run() async throws {
    // A lost terminal ends nothing.
    signal(SIGHUP, SIG_IGN)
    if isDryRun { return try await PlanCommand.show(roll, isOffline: false) }
    var given = OptionSpelling.withUnderscores(Array(CommandLine.arguments.dropFirst()))
    if given.first == Self.configuration.commandName { given.removeFirst() }
    let order = try order(given, isAsking: true)
    let control = RunControl(onBreach: order.probes.reaction)
    let records = try await RunRecords.begin(
      in: order.logDir, nodes: order.fleet.nodes, control: control)
    let run = try UpgradeRun(order, records, control, shown)
    try await run.perform { unlocked in
      let found = try await run.assembly.preflight(secrets: order.secrets).report(
        order.planner, forks: order.options.forks)
      try await run.refuse(
        found.problems + FleetLock.unnamed(unlocked, in: found.problems)
          + order.planner.problems(observed: found.observed) + (await run.assembly.traffic.problems()))
      for item in FoundWork.items(order.topology, found.facts, order.options) {
        await run.assembly.journal.record(.toDo(node: item.node, text: item.text))
      }
      let plan = try order.plan(observed: found.observed)
      await run.assembly.journal.record(.planned(try order.basis(of: plan, observed: found.observed)))
      return await run.conduct(plan)
    }
  }

  /// What is to be done by these `arguments`, of which this command was made.
  ///
  /// - Parameters:
  ///   - isAsking: whether the operator is asked for what is still to be accepted.
  ///   - secrets: which secrets of the plan are needed.
  /// - Throws: `Failure` or `ExitCode` for what is wrong with it.
  func order(
    _ arguments: [String], isAsking: Bool, secrets: (Plan) -> [SecretName] = \.secrets
  ) throws -> UpgradeOrder {
    let topology = try roll.upgrade.topology()
    let probes = try roll.probe.setup(topology.probeTargets(file: roll.upgrade.config ?? "the reference topology"))
    var options = try roll.options(for: topology.nodes.count)
    let window = try roll.window.window(at: Date())
    let draft = try Planner(topology, options)
    try ControlNode.makeRoom(for: topology.nodes.count, forks: options.forks)
    _ = try draft.plan()  // what is wrong with the options is said before anything is asked
    try Assembly.check(topology.fleet(file: roll.upgrade.config))
    let accepted = isAsking ? try WaveArguments.accepted(of: draft.unacceptedGroups) : []
    options.waves.acceptedDowntime += accepted
    let planner = try Planner(topology, options)
    try UpgradeRun.refuse(OptionRules.problems(topology, options) + planner.problems())
    return UpgradeOrder(
      // What followed from this machine stays so on every other one.
      arguments: arguments + accepted.flatMap { ["--accept_downtime=\($0)"] }
        + (roll.upgrade.forks == nil ? ["--forks=\(options.forks)"] : []), topology: topology,
      file: roll.upgrade.config, options: options, planner: planner, probes: probes,
      notices: try roll.notify.targets(),
      secrets: try roll.secrets.secrets(secrets(planner.plan())),
      logins: try Logins(roll.ssh, secrets: roll.secrets.login, for: topology.fleet(file: roll.upgrade.config)),
      rollback: rollback,
      reason: reason, logDir: logDir, window: window, isAnswered: isAnswered, showsAllNodes: roll.showsAllNodes)
  }
}
