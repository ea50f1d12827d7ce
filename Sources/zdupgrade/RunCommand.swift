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

  @Option(
    name: .customLong("rollback"),
    help: "What is taken back after a failure: all (the failing node, then the nodes upgraded before it), node or none."
  )
  var rollback = RollbackPolicy.all

  @Option(name: .customLong("log_dir"), help: "The folder of the logs.")
  var logDir = "logs"

  @Option(name: .customLong("reason"), help: "What the locks say why the nodes are in use.")
  var reason = "zdupgrade run"

  @Flag(name: .customLong("dry_run"), help: "Print the plan and change nothing, as 'plan' does.")
  var isDryRun = false

  mutating func run() async throws {
    if isDryRun { return try await PlanCommand.show(roll, isOffline: false) }
    let topology = try roll.upgrade.topology()
    let probes = try roll.probe.setup(topology, file: roll.upgrade.config)
    var options = try roll.options()
    let draft = try Planner(topology, options)
    _ = try draft.plan()  // what is wrong with the options is said before anything is asked
    try Assembly.check(topology, file: roll.upgrade.config)
    options.waves.acceptedDowntime += try WaveArguments.accepted(of: draft.unacceptedGroups)
    let planner = try Planner(topology, options)
    try refuse(OptionRules.problems(topology, options) + planner.problems())
    let values = try roll.secrets.secrets(planner.plan().secrets)
    let logins = try Logins(roll.ssh, passphrase: roll.secrets.keyPassphrase, for: topology)
    try await upgrade(
      Order(
        topology: topology, planner: planner, forks: options.forks, reconnectTime: options.reconnectTime,
        probes: probes,
        secrets: values, logins: logins))
  }

  /// What is to be done, with all that was asked for.
  private struct Order {
    let topology: Topology
    let planner: Planner
    let forks: Int
    let reconnectTime: Int
    let probes: ProbeSetup
    let secrets: [SecretName: Secret]
    let logins: Logins
  }

  /// Upgrades the nodes, and sees that the journal says how that ended.
  private func upgrade(_ order: Order) async throws {
    let control = RunControl(onBreach: order.probes.reaction)
    let records = try await RunRecords.begin(in: logDir, nodes: order.topology.nodes.map(\.node), control: control)
    do {
      try await upgrade(order, records, control)
    } catch {
      await records.journal.end(.fatalError)
      throw error
    }
  }

  /// Upgrades the nodes while they are locked for this run, and ends all connections.
  private func upgrade(_ order: Order, _ records: RunRecords, _ control: RunControl) async throws {
    let report = RunReport()
    let runLog = records.runLog
    let assembly = try Assembly(
      order.topology, file: roll.upgrade.config, logins: order.logins, probes: order.probes,
      readers: [records.journal, Console(), runLog, records.nodeLogs, report, PausePrompt(control)])
    Console.progress(["run: \(records.id)", "log: \(runLog.path)"])
    let locks = assembly.locks(of: order.topology, records.id, LockHolder(records.origin, reason), control: control)
    let signals = await stopSignals(control)
    defer { signals.end() }
    do {
      let unlocked = try await FleetLock.take(locks, for: records.origin, in: logDir)
      try await upgrade(order, records, control, assembly, report, locks, unlocked)
    } catch {
      await locks.release()
      await assembly.close()
      throw error
    }
    await assembly.close()
  }

  /// Looks at the nodes, upgrades them, and prints what came of it; `unlocked` nodes could not be asked for their locks.
  private func upgrade(
    _ order: Order, _ records: RunRecords, _ control: RunControl, _ assembly: Assembly, _ report: RunReport,
    _ locks: NodeLocks, _ unlocked: [Problem]
  ) async throws {
    let planner = order.planner
    let runLog = records.runLog
    let found = try await assembly.preflight(secrets: order.secrets).report(planner, forks: order.forks)
    let problems =
      found.problems + FleetLock.unnamed(unlocked, in: found.problems) + planner.problems(observed: found.observed)
      + (await assembly.traffic.problems())
    guard problems.isEmpty else {
      let lines = problems.map { PlainText.oneLine($0.description) }
      await runLog.write(["nothing was changed, because of:"] + lines)
      return try refuse(problems)
    }
    let plan = try planner.plan(observed: found.observed).adding(notices: order.probes.notices)
    let jobs = assembly.jobs(of: records.id, reconnectingFor: order.reconnectTime)
    let status = await conduct(plan, assembly, jobs, order.secrets, control, locks)
    let lines = await report.lines
    await runLog.write(lines)
    Console.result(lines)
    if let failure = await records.failure {
      Console.complain("the records are not complete: \(failure.description)")
    }
    if status.code != 0 { throw ExitCode(status.code) }
  }

  /// Walks the plan, and frees the nodes at its end.
  private func conduct(
    _ plan: Plan, _ assembly: Assembly, _ jobs: DetachedJobs, _ secrets: [SecretName: Secret], _ control: RunControl,
    _ locks: NodeLocks
  ) async -> Status {
    let conductor = assembly.conductor(
      secrets: secrets, jobs: jobs, rollbackHelper: StandardRollbackHelper(rollback), control: control, lock: locks)
    await assembly.traffic.begin { await conductor.react(to: $0) }
    return await conductor.run(plan) {
      await assembly.traffic.end()
      await locks.release()
    }
  }

  /// The first SIGINT or SIGTERM ends the run behind the node that is in hand.
  private func stopSignals(_ control: RunControl) async -> StopSignals {
    await StopSignals(goOn: { await control.goOn() }) { signal in
      Console.complain(
        "\(signal): the node in hand is put back if it still drains, else finished, then the run ends; again: end at once"
      )
      await control.stop(because: "\(signal) was received")
    }
  }

  private func refuse(_ problems: [Problem]) throws {
    guard !problems.isEmpty else { return }
    let count = problems.count == 1 ? "a problem" : "\(problems.count) problems"
    Console.complain("nothing was changed: \(count)")
    Console.progress(problems.map { "  " + PlainText.oneLine($0.description) })
    throw ExitCode(Status.fatalError.code)
  }
}
