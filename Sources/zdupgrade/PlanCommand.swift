import ArgumentParser
import Axway
import Foundation
import Upgrade

/// Prints what `run` would do.
struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Print every step of every node with its exact command lines, and change nothing.",
    discussion: "The nodes are looked at, read-only; with --offline no connection is made at all.")

  @OptionGroup var roll: RollArguments

  @Flag(name: .customLong("offline"), help: "Do not look at the nodes.")
  var isOffline = false

  mutating func run() async throws {
    try await Self.show(roll, isOffline: isOffline)
  }

  /// Prints the plan on standard output and the problems on standard error.
  static func show(_ roll: RollArguments, isOffline: Bool) async throws {
    let topology = try roll.upgrade.topology()
    let probes = try roll.probe.setup(topology.probeTargets(file: roll.upgrade.config ?? "the reference topology"))
    let options = try roll.options(for: topology.nodes.count)
    let window = try roll.window.window(at: Date())
    if !isOffline { try ControlNode.makeRoom(for: topology.nodes.count, forks: options.forks) }
    let planner = try Planner(topology, options)
    _ = try planner.plan()  // what is wrong with the options is said before any node is asked
    var problems = OptionRules.problems(topology, options)
    var observed: [String: Observation] = [:]
    let fleet = topology.fleet(file: roll.upgrade.config)
    let logins = try Logins(roll.ssh, secrets: roll.secrets.login, for: fleet)
    let assembly = try Assembly(
      fleet, logins: logins, probes: probes, readers: [])
    if !isOffline {
      let report = try await assembly.preflight(secrets: [:]).report(planner, forks: options.forks)
      problems += report.problems
      observed = report.observed
    }
    problems += planner.problems(observed: observed)
    await assembly.close()
    let plan = try planner.plan(observed: observed).adding(notices: probes.notices)
    if let window { Console.result([window.line(at: Date())]) }
    if roll.upgrade.forks == nil, options.forks < topology.nodes.count {
      Console.result(["# --forks is \(options.forks), by this machine's cores and the files that may be open"])
    }
    Console.result(PlanText(plan, balancer: fleet.balancerDriver, allNodes: roll.showsAllNodes).lines)
    try tell(problems, isFatal: !isOffline)
  }

  /// Prints why the plan would not be begun, if there is a reason.
  ///
  /// - Throws: `ExitCode` where the problems are fatal.
  static func tell(_ problems: [Problem], isFatal: Bool) throws {
    guard !problems.isEmpty else { return }
    Console.progress(
      ["zdupgrade: run would refuse, because of:"] + problems.map { "  " + PlainText.oneLine($0.description) })
    if isFatal { throw ExitCode(Status.fatalError.code) }
  }
}
