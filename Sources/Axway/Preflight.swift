import Foundation
import Upgrade

/// Looks at all nodes before anything is changed, and reports all problems at once. Read-only.
///
/// Source of what must hold: the prerequisites of the vendor's scripts and its rules for the order of the steps.
public struct Preflight: Sendable {
  /// What was found.
  public struct Report: Sendable {
    /// What was looked at, in the order of the nodes.
    public let checks: [Check]
    /// How each node was found.
    public let observed: [String: Observation]
    /// What each node has said that could be asked.
    public let facts: [String: NodeFacts]

    /// What stands in the way, in the order of the nodes.
    public var problems: [Problem] { checks.compactMap(\.problem) }

    /// The checks of one node.
    func checks(on node: String) -> [Check] { checks.filter { $0.node == node } }
  }

  let runner: CommandRunner
  private let balancer: any LoadBalancer
  let probe: any HealthProbe
  let drivers: String
  private let journal: any Journal
  private let now: @Sendable () -> Date

  /// A preflight on these ports; `drivers` names the load balancer's, and `now` is this machine's clock.
  public init(
    runner: CommandRunner, balancer: any LoadBalancer, drivers: String = "", probe: any HealthProbe,
    journal: any Journal, now: @escaping @Sendable () -> Date = { Date() }
  ) {
    self.now = now
    self.runner = runner
    self.balancer = balancer
    self.drivers = drivers
    self.probe = probe
    self.journal = journal
  }

  /// Looks at the nodes of `planner`, or only at those with these `names`, `forks` at a time.
  ///
  /// - Parameter look: what each is looked at for besides what the run itself needs.
  /// - Throws: `Failure` of kind `.refused` when a node has no installation.
  public func report(
    _ planner: Planner, forks: Int, of names: Set<String>? = nil,
    look: @escaping @Sendable (Topology.Node) -> NodeLook = { _ in .handWork }
  ) async throws -> Report {
    let nodes = try planner.builders().filter { names?.contains($0.node.name) ?? true }
    let standings = await balancer.standings(byNameOf: nodes.map(\.node).filter { !$0.instances.isEmpty }.map(\.node))
    let findings = await Self.each(nodes, forks) { await inspect($0, $1, look($0), standings[$0.name]) }
    let inOrder = nodes.compactMap { findings[$0.node.name] }
    return Report(
      checks: inOrder.flatMap(\.checks), observed: findings.mapValues { Observation($0.state, isDown: $0.isDown) },
      facts: findings.compactMapValues(\.facts))
  }

  /// Asks the nodes of `planner` how far they are, `forks` at a time, and nothing else: the upgrade is under way.
  ///
  /// - Throws: `Failure` of kind `.refused` when a node has no installation.
  public func states(
    _ planner: Planner, forks: Int
  ) async throws -> (states: [String: SysupgradeState], problems: [Problem]) {
    let nodes = try planner.builders()
    let findings = await Self.each(nodes, forks) { await lookAgain($0, $1) }
    let inOrder = nodes.compactMap { findings[$0.node.name] }
    return (findings.compactMapValues(\.state), inOrder.flatMap(\.problems))
  }

  private static func each(
    _ nodes: [(node: Topology.Node, commands: CommandBuilder)], _ forks: Int,
    _ inspect: @escaping @Sendable (Topology.Node, CommandBuilder) async -> NodeReport
  ) async -> [String: NodeReport] {
    let reports = await nodes.concurrentMap(atOnce: forks) { await inspect($0.node, $0.commands) }
    return Dictionary(uniqueKeysWithValues: zip(nodes.map(\.node.name), reports))
  }

  private func lookAgain(_ node: Topology.Node, _ commands: CommandBuilder) async -> NodeReport {
    var report = NodeReport()
    await journal.record(.phaseStarted(node: node.name, phase: .preflight))
    do {
      let result = try await runner.run(commands.status, on: node.name, timeout: .seconds(120))
      try result.check()
      report.state = SysupgradeState(statusLines: result.lastLines)
      if report.state == nil { report.checks = [Check(.sysupgrade, Self.unknownState(result, node))] }
    } catch {
      report.checks = [Check(.sysupgrade, Self.problem(error, node))]
    }
    await conclude(report, node)
    return report
  }

  private struct NodeReport: Sendable {
    var checks: [Check] = []
    var state: SysupgradeState?
    var isDown = false
    var facts: NodeFacts?

    var problems: [Problem] { checks.compactMap(\.problem) }
  }

  private func inspect(
    _ node: Topology.Node, _ commands: CommandBuilder, _ look: NodeLook, _ standing: Result<Standing, Failure>?
  ) async -> NodeReport {
    await journal.record(.phaseStarted(node: node.name, phase: .preflight))
    var report = NodeReport()
    // What fails is what was looked at last.
    var current = CheckID.user
    do {
      report.checks += try await userChecks(node)
      if report.problems.isEmpty {
        current = .installations
        report.checks += try await installationChecks(node, commands)
      }
      if report.problems.isEmpty {
        current = .sysupgrade
        let check: Check
        (report.state, check) = try await sysupgradeCheck(node, commands)
        report.checks.append(check)
        current = .oldProcesses
        if report.state != .applied { report.checks += try await processChecks(node, commands) }
      }
    } catch {
      report.checks.append(Check(Self.isOfLogin(error) ? .ssh : current, Self.problem(error, node)))
    }
    await take(look, node, commands, &report)
    if !report.checks.contains(where: { $0.check == .ssh }) {
      report.checks.insert(Check(.ssh, on: node.name, .pass, "logged in"), at: 0)
    }
    let service = await serviceChecks(node, standing)
    report.checks += service.checks
    report.isDown = service.isDown
    await conclude(report, node)
    return report
  }

  /// Has the node tell its facts, unless it cannot be asked. What is only for the list of things left to do stops no run.
  private func take(
    _ look: NodeLook, _ node: Topology.Node, _ commands: CommandBuilder, _ report: inout NodeReport
  ) async {
    guard !report.checks.contains(where: { $0.result == .fail && ($0.check == .ssh || $0.check == .user) }) else {
      return
    }
    do {
      report.facts = try await look.facts(of: node.name, commands, by: runner) { now().timeIntervalSince1970 }
    } catch {
      if case .everything = look {
        report.checks.append(Check(Self.isOfLogin(error) ? .ssh : .look, Self.problem(error, node)))
      }
    }
  }

  private func conclude(_ report: NodeReport, _ node: Topology.Node) async {
    let result: PhaseResult =
      report.problems.first.map { .failed(Failure(.refused, $0.text, remedy: $0.remedy)) } ?? .passed
    await journal.record(.phaseEnded(node: node.name, phase: .preflight, result: result))
  }

  private static func isOfLogin(_ error: any Error) -> Bool {
    [.unreachable, .authentication, .hostKey].contains(Failure.from(error, as: .unreachable).kind)
  }

  private static func problem(_ error: any Error, _ node: Topology.Node) -> Problem {
    let failure = Failure.from(error, as: .unreachable)
    return Problem(node: node.name, failure.message, remedy: failure.remedy ?? remedy(failure.kind))
  }

  static func unknownState(_ result: CommandResult, _ node: Topology.Node) -> Problem {
    Problem(
      node: node.name, "sysupgrade status printed '\(result.lastLines.first ?? "nothing")', no known status",
      remedy: "run it on the node by hand and see what is wrong")
  }

  private static func remedy(_ kind: Failure.Kind) -> String {
    switch kind {
    case .authentication: "check ssh.user and ssh.identityFile of the node"
    case .hostKey: "check the host key with the node's administrator"
    case .exit, .signal: "run the command on the node by hand; its output is in the node's log"
    default: "check ssh.address and ssh.port of the node, and that its sshd runs"
    }
  }
}
