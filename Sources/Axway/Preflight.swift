import Upgrade

/// Looks at all nodes before anything is changed, and reports all problems at once. Read-only.
///
/// Source of what must hold: the prerequisites of the vendor's scripts and its rules for the order of the steps.
public struct Preflight: Sendable {
  /// What was found.
  public struct Report: Sendable {
    /// What stands in the way, in the order of the nodes.
    public let problems: [Problem]
    /// How each node was found.
    public let observed: [String: Observation]
  }

  private let runner: CommandRunner
  private let balancer: any LoadBalancer
  private let probe: any HealthProbe
  private let journal: any Journal

  /// A preflight on these ports.
  public init(
    runner: CommandRunner, balancer: any LoadBalancer, probe: any HealthProbe, journal: any Journal
  ) {
    self.runner = runner
    self.balancer = balancer
    self.probe = probe
    self.journal = journal
  }

  /// Looks at the nodes of `planner`, or only at those with these `names`, `forks` at a time.
  ///
  /// - Throws: `Failure` of kind `.refused` when a node has no installation.
  public func report(_ planner: Planner, forks: Int, of names: Set<String>? = nil) async throws -> Report {
    let nodes = try planner.builders().filter { names?.contains($0.node.name) ?? true }
    let standings = await balancer.standings(byNameOf: nodes.map(\.node).filter { !$0.instances.isEmpty }.map(\.node))
    let findings = await Self.each(nodes, forks) { await inspect($0, $1, standings[$0.name]) }
    let inOrder = nodes.compactMap { findings[$0.node.name] }
    return Report(
      problems: inOrder.flatMap(\.problems), observed: findings.mapValues { Observation($0.state, isDown: $0.isDown) })
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
      if report.state == nil { report.problems = [Self.unknownState(result, node)] }
    } catch {
      report.problems = [Self.problem(error, node)]
    }
    await conclude(report, node)
    return report
  }

  private struct NodeReport: Sendable {
    var problems: [Problem] = []
    var state: SysupgradeState?
    var isDown = false
  }

  private func inspect(
    _ node: Topology.Node, _ commands: CommandBuilder, _ standing: Result<Standing, Failure>?
  ) async -> NodeReport {
    await journal.record(.phaseStarted(node: node.name, phase: .preflight))
    var report = NodeReport()
    do {
      report.problems = try await becomeProblems(node)
      if report.problems.isEmpty { report.problems = try await missingPrograms(node, commands) }
      if report.problems.isEmpty {
        (report.state, report.problems) = try await sysupgradeState(node, commands)
        if report.state != .applied { report.problems += try await processProblems(node, commands) }
      }
    } catch {
      report.problems.append(Self.problem(error, node))
    }
    await look(at: node, standing, &report)
    await conclude(report, node)
    return report
  }

  private func conclude(_ report: NodeReport, _ node: Topology.Node) async {
    let result: PhaseResult =
      report.problems.first.map { .failed(Failure(.refused, $0.text, remedy: $0.remedy)) } ?? .passed
    await journal.record(.phaseEnded(node: node.name, phase: .preflight, result: result))
  }

  private static func problem(_ error: any Error, _ node: Topology.Node) -> Problem {
    let failure = Failure.from(error, as: .unreachable)
    return Problem(node: node.name, failure.message, remedy: failure.remedy ?? remedy(failure.kind))
  }

  private static func unknownState(_ result: CommandResult, _ node: Topology.Node) -> Problem {
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

// The single looks.
extension Preflight {
  /// Whether commands can be run as the user that the topology names; in the node's log it says who that is.
  private func becomeProblems(_ node: Topology.Node) async throws -> [Problem] {
    guard let user = node.ssh.become else { return [] }
    let script = Command.script("echo \"commands run as $(id -un)\"")
    let result = try await runner.run(script, on: node.name, timeout: .seconds(60))
    guard result.exit != .code(0) else { return [] }
    let said = result.lastLines.last ?? "nothing"
    return [
      Problem(
        node: node.name, "commands cannot be run as '\(user)' (ssh.become): it says '\(said)'",
        remedy: "let sudo do that without a password, by a line such as '\(node.ssh.user ?? "apiadmin") ALL=(\(user)) "
          + "NOPASSWD: ALL' in /etc/sudoers.d on the node, and see that sudo and the user are there")
    ]
  }

  private func missingPrograms(_ node: Topology.Node, _ commands: CommandBuilder) async throws -> [Problem] {
    let result = try await runner.run(commands.missingPrograms, on: node.name, timeout: .seconds(60))
    try result.check()
    return result.lastLines.map {
      Problem(
        node: node.name, "\($0) is missing or may not be run",
        remedy: "check --old_install_dir and --new_install_dir, and that both versions are installed")
    }
  }

  private func processProblems(_ node: Topology.Node, _ commands: CommandBuilder) async throws -> [Problem] {
    var problems: [Problem] = []
    func look(_ what: String, old: Command, new: Command, _ fallback: (CommandBuilder.Installation) -> Command)
      async throws
    {
      if try await !runner.isRunning(old, fallback: fallback(.old), on: node.name) {
        problems.append(
          Problem(
            node: node.name, "the old \(what) is not running",
            remedy: "start it: every old process of every node must run before export"))
      }
      if try await runner.isRunning(new, fallback: fallback(.new), on: node.name) {
        problems.append(
          Problem(
            node: node.name, "the new \(what) is running",
            remedy: "stop it: nothing of the new installation may run before apply"))
      }
    }
    try await look(
      "Node Manager", old: commands.nodeManager(.old, .status), new: commands.nodeManager(.new, .status),
      commands.nodeManagerProcess)
    for instance in node.instances {
      try await look(
        "instance '\(instance.name)' of '\(instance.group)'", old: commands.instance(instance, .old, .status),
        new: commands.instance(instance, .new, .status), { commands.instanceProcess(instance, $0) })
    }
    return problems
  }

  /// How far sysupgrade is, and what is wrong with that. Where it is applied, the processes need no look: the new ones run.
  private func sysupgradeState(
    _ node: Topology.Node, _ commands: CommandBuilder
  ) async throws -> (SysupgradeState?, [Problem]) {
    let result = try await runner.run(commands.status, on: node.name, timeout: .seconds(120))
    try result.check()
    guard let state = SysupgradeState(statusLines: result.lastLines) else {
      return (nil, [Self.unknownState(result, node)])
    }
    guard state == .applied else { return (state, []) }
    let problem = Problem(
      node: node.name, "the new installation was applied before (sysupgrade status: \(state.rawValue))",
      remedy:
        "nothing is left to do on it; if the upgrade is to be repeated, run '\(commands.clean.line)' on the node by "
        + "hand: on the first Admin Node Manager this destroys the new domain")
    return (state, [problem])
  }

  private func healthProblems(_ node: Topology.Node) async -> [Problem] {
    var problems: [Problem] = []
    for instance in node.instances {
      guard let url = instance.healthURL else { continue }
      let remedy = "the instance must be healthy before the upgrade, or check its healthURL"
      do {
        let status = try await probe.status(of: url, timeout: .seconds(5))
        guard status != 200 else { continue }
        problems.append(Problem(node: node.name, "\(url) answers \(status) instead of 200", remedy: remedy))
      } catch {
        problems.append(Problem(node: node.name, Failure.from(error, as: .unhealthy).message, remedy: remedy))
      }
    }
    return problems
  }

  /// How the load balancer has the node, and whether it is healthy; one that is down anyway need not be. A node without
  /// instances has no `standing`: no load balancer knows it.
  private func look(
    at node: Topology.Node, _ standing: Result<Standing, Failure>?, _ report: inout NodeReport
  ) async {
    switch standing {
    case nil: return
    case .success(let standing):
      report.isDown = standing == .down
      if standing == .disabled || standing == .mixed {
        report.problems.append(
          Problem(
            node: node.name, "the load balancer has it \(standing.rawValue)",
            remedy: "put it back into the balancer first, or the upgrade would do so on its own"))
      }
    case .failure(let failure):
      report.problems.append(
        Problem(node: node.name, failure.message, remedy: failure.remedy ?? "check loadBalancer in the topology"))
    }
    if !report.isDown { report.problems += await healthProblems(node) }
  }
}
