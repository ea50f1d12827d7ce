import Upgrade

// The single looks of a preflight, each with what came of it.
extension Preflight {
  /// Whether commands can be run as the user that the topology names; in the node's log it says who that is.
  func userChecks(_ node: Topology.Node) async throws -> [Check] {
    guard let user = node.ssh.become else { return [] }
    let script = Command.script("echo \"commands run as $(id -un)\"")
    let result = try await runner.run(script, on: node.name, timeout: .seconds(60))
    let said = result.lastLines.last ?? "nothing"
    guard result.exit != .code(0) else { return [Check(.user, on: node.name, .pass, "\(said), by sudo")] }
    return [
      Check(
        .user, on: node.name, .fail, "commands cannot be run as '\(user)' (ssh.become): it says '\(said)'",
        remedy: "let sudo do that without a password, by a line such as '\(node.ssh.user ?? "apiadmin") ALL=(\(user)) "
          + "NOPASSWD: ALL' in /etc/sudoers.d on the node, and see that sudo and the user are there")
    ]
  }

  func installationChecks(_ node: Topology.Node, _ commands: CommandBuilder) async throws -> [Check] {
    let result = try await runner.run(commands.missingPrograms, on: node.name, timeout: .seconds(60))
    try result.check()
    guard !result.lastLines.isEmpty else {
      return [
        Check(
          .installations, on: node.name, .pass,
          "the programs of \(commands.gateway(.old)) and \(commands.gateway(.new)) are there")
      ]
    }
    return result.lastLines.map {
      Check(
        .installations, on: node.name, .fail, "\($0) is missing or may not be run",
        remedy: "check --old_install_dir and --new_install_dir, and that both versions are installed")
    }
  }

  func processChecks(_ node: Topology.Node, _ commands: CommandBuilder) async throws -> [Check] {
    let processes = commands.processChecks(of: node)
    var failed: [Check] = []
    // A process of the old installation and then the same one of the new.
    let count = processes.count / 2
    for (old, new) in zip(processes.prefix(count), processes.suffix(count)) {
      if try await !runner.isRunning(old.command, fallback: old.fallback, on: node.name) {
        failed.append(
          Check(
            .oldProcesses, on: node.name, .fail, "the \(old.process.title) is not running",
            remedy: "start it: every old process of every node must run before export"))
      }
      if try await runner.isRunning(new.command, fallback: new.fallback, on: node.name) {
        failed.append(
          Check(
            .newProcesses, on: node.name, .fail, "the \(new.process.title) is running",
            remedy: "stop it: nothing of the new installation may run before apply"))
      }
    }
    let passed = [
      (
        CheckID.oldProcesses,
        "Node Manager and \(node.instances.count == 1 ? "the instance" : "\(node.instances.count) instances") run"
      ),
      (.newProcesses, "nothing of the new installation runs"),
    ].filter { id, _ in !failed.contains { $0.check == id } }
    return passed.map { Check($0, on: node.name, .pass, $1) } + failed
  }

  /// How far sysupgrade is. Where it is applied, the processes need no look: the new ones run.
  func sysupgradeCheck(
    _ node: Topology.Node, _ commands: CommandBuilder
  ) async throws -> (SysupgradeState?, Check) {
    let result = try await runner.run(commands.status, on: node.name, timeout: .seconds(120))
    try result.check()
    guard let state = SysupgradeState(statusLines: result.lastLines) else {
      return (nil, Check(.sysupgrade, Self.unknownState(result, node)))
    }
    switch state {
    case .notStarted: return (state, Check(.sysupgrade, on: node.name, .pass, state.rawValue))
    case .exported, .upgraded:
      return (
        state,
        Check(
          .sysupgrade, on: node.name, .warn, "sysupgrade status says '\(state.rawValue)', so that part is not repeated",
          remedy: "where the old configuration was changed since, start over by '\(commands.clean.line)' on the node")
      )
    case .applied:
      return (
        state,
        Check(
          .sysupgrade, on: node.name, .fail,
          "the new installation was applied before (sysupgrade status: \(state.rawValue))",
          remedy:
            "nothing is left to do on it; if the upgrade is to be repeated, run '\(commands.clean.line)' on the node by "
            + "hand: on the first Admin Node Manager this destroys the new domain")
      )
    }
  }

  private func healthChecks(_ node: Topology.Node) async -> [Check] {
    var failed: [Check] = []
    for instance in node.instances {
      guard let url = instance.healthURL else { continue }
      let remedy = "the instance must be healthy before the upgrade, or check its healthURL"
      do {
        let status = try await probe.status(of: url, timeout: .seconds(5))
        guard status != 200 else { continue }
        failed.append(
          Check(.health, on: node.name, .fail, "\(url) answers \(status) instead of 200", remedy: remedy))
      } catch {
        failed.append(
          Check(.health, on: node.name, .fail, Failure.from(error, as: .unhealthy).message, remedy: remedy))
      }
    }
    guard failed.isEmpty else { return failed }
    let unseen = node.instances.filter { $0.healthURL == nil }.map { "'\($0.name)'" }
    guard unseen.isEmpty else {
      return [
        Check(
          .health, on: node.name, .warn, "no healthURL for \(unseen.listed): only the process is looked at",
          remedy: "give its healthURL, such as http://HOST:8080/healthcheck")
      ]
    }
    return [Check(.health, on: node.name, .pass, "\(node.instances.compactMap(\.healthURL).listed) answers 200")]
  }

  /// How the load balancer has the node, and whether it is healthy; one that is down anyway need not be. A node without
  /// instances has no `standing`: no load balancer knows it.
  func serviceChecks(
    _ node: Topology.Node, _ standing: Result<Standing, Failure>?
  ) async -> (checks: [Check], isDown: Bool) {
    guard let standing else {
      let ids = [CheckID.loadBalancer, .health, .healthCheckLB]
      return (ids.map { Check($0, on: node.name, .skipped, "it has no instance") }, false)
    }
    let isDown = (try? standing.get()) == .down
    let checks = [balancerCheck(standing, node.name), signalCheck(standing, node.name)]
    guard !isDown else {
      return (checks + [Check(.health, on: node.name, .skipped, "the load balancer has it down anyway")], true)
    }
    return (checks + (await healthChecks(node)), false)
  }

  /// The driver `healthchecklb` asks nothing but that signal.
  private func signalCheck(_ standing: Result<Standing, Failure>, _ node: String) -> Check {
    guard drivers == "healthchecklb" else {
      return Check(
        .healthCheckLB, on: node, .skipped, "the load balancer's driver (\(drivers)) does not go by it alone")
    }
    guard (try? standing.get()) != .enabled else {
      return Check(.healthCheckLB, on: node, .pass, "the signal answers 200")
    }
    let seen =
      switch standing {
      case .success(.disabled): "the signal answers 503, as if a stop had begun"
      case .success: "the signal answers neither 200 nor 503"
      case .failure(let failure): failure.message
      }
    return Check(
      .healthCheckLB, on: node, .fail, seen,
      remedy: "enable zero downtime shutdown in the gateway, and check 'path' of the driver healthchecklb")
  }

  private func balancerCheck(_ standing: Result<Standing, Failure>, _ node: String) -> Check {
    switch standing {
    case .success(.unknown) where drivers == "none":
      return Check(
        .loadBalancer, on: node, .warn, "no load balancer: requests in flight are lost when a node is stopped",
        remedy: "give loadBalancer in the topology, unless nobody sends requests meanwhile")
    case .success(.enabled): return Check(.loadBalancer, on: node, .pass, "enabled: it gets requests")
    case .success(.unknown):
      return Check(
        .loadBalancer, on: node, .warn, "it cannot be told how the load balancer has it",
        remedy: "see by hand that it gets requests; requests in flight when it is stopped may be lost")
    case .success(.down):
      return Check(
        .loadBalancer, on: node, .warn, "the load balancer sees it down, so it serves nobody",
        remedy: "see whether that is meant; it is then upgraded before the others, without a drain")
    case .success(.disabled), .success(.mixed):
      let word = (try? standing.get())?.rawValue ?? ""
      return Check(
        .loadBalancer, on: node, .fail, "the load balancer has it \(word)",
        remedy: "put it back into the balancer first, or the upgrade would do so on its own")
    case .failure(let failure):
      return Check(
        .loadBalancer, on: node, .fail, failure.message, remedy: failure.remedy ?? "check loadBalancer in the topology")
    }
  }
}
