import Axway
import TestDoubles
import Testing
import Upgrade

@Suite("The preflight")
struct PreflightTests {
  private struct Balancer: LoadBalancer {
    var disabled: Set<String> = []
    func disable(_ node: Node) async throws { preconditionFailure("the preflight changes nothing") }
    func enable(_ node: Node) async throws { preconditionFailure("the preflight changes nothing") }
    func isDrained(_ node: Node) async throws -> DrainState { preconditionFailure("the preflight does not drain") }
    func standing(of node: Node) async throws -> Standing { disabled.contains(node.name) ? .disabled : .enabled }
  }

  private struct Probe: HealthProbe {
    func status(of url: String, timeout: Duration) async throws -> Int { 200 }
  }

  private static let healthy: [(String, ScriptedHandler.Answer)] = [
    ("printf", .exits(0)), ("/proc/", .exits(1)), ("/old/apigateway/posix/bin", .exits(0)),
    ("/new/apigateway/posix/bin/nodemanager", .exits(1)),
    ("/new/apigateway/posix/bin/startinstance", .exits(2)),
    ("sysupgrade status", .exits(0, output: "Current status: not started\n")),
  ]

  private func report(
    _ special: [(String, ScriptedHandler.Answer)], disabled: Set<String> = [], in topology: Topology = .reference
  ) async throws -> (Preflight.Report, [String]) {
    var options = UpgradeOptions()
    options.oldInstallDir = "/old"
    options.newInstallDir = "/new"
    let handler = ScriptedHandler(special + Self.healthy)
    let journal = EventRecorder()
    let runner = CommandRunner(handler: handler, secrets: [:], diagnosis: SysupgradeDiagnosis(), journal: journal)
    let preflight = Preflight(
      runner: runner, balancer: Balancer(disabled: disabled), probe: Probe(), journal: journal)
    let report = try await preflight.report(try Planner(topology, options), forks: 2)
    return (report, await handler.ran)
  }

  @Test("healthy nodes give no problem, and only looking was done")
  func healthy() async throws {
    let (report, ran) = try await report([])
    #expect(report.problems.isEmpty)
    #expect(
      report.observed == [
        "Node-A": Observation(.notStarted), "Node-B": Observation(.notStarted), "Node-C": Observation(.notStarted),
      ])
    for command in ran {
      #expect(
        command.contains("printf") || command.contains("/proc/") || command.hasSuffix(" -s")
          || command.hasSuffix("sysupgrade status"))
    }
  }

  @Test("all problems of all nodes are reported at once, each with its node and what to do")
  func everything() async throws {
    let (report, _) = try await report(
      [
        ("Node-A: /old/apigateway/posix/bin/startinstance", .exits(1)),
        ("Node-A: /new/apigateway/posix/bin/nodemanager", .exits(0)),
        ("Node-B: /bin/sh", .fails(Failure(.authentication, "b: the server takes none of the keys"))),
        ("Node-C: /bin/sh", .exits(0, output: "/new/apigateway/upgrade/bin/sysupgrade\n")),
      ], disabled: ["Node-C"])
    #expect(
      report.problems.map { "\($0.node ?? ""): \($0.text)" } == [
        "Node-A: the new Node Manager is running",
        "Node-A: the old instance 'Gateway-1' of 'Gateway Group' is not running",
        "Node-B: b: the server takes none of the keys",
        "Node-C: /new/apigateway/upgrade/bin/sysupgrade is missing or may not be run",
        "Node-C: the load balancer has it disabled",
      ])
    #expect(report.problems.allSatisfy { !$0.remedy.isEmpty })
  }

  @Test("an installation that was applied before is a problem, and clean is shown but never run")
  func applied() async throws {
    let (report, ran) = try await report([
      ("Node-A: cd", .exits(0, output: "Current status: system upgrade complete\n"))
    ])
    #expect(report.problems.count == 1)
    #expect(report.problems[0].remedy.contains("sysupgrade clean"))
    #expect(!ran.contains { $0.contains("clean") })
  }

  @Test("a nodemanager that does not know -s is looked for among the processes")
  func fallback() async throws {
    let (report, ran) = try await report([
      ("/old/apigateway/posix/bin/nodemanager -s", .exits(2)), ("/old/apigateway nodemanager", .exits(0)),
    ])
    #expect(report.problems.isEmpty)
    #expect(ran.count { $0.hasSuffix("/old/apigateway nodemanager") } == 3)
  }

  @Test(
    "a node where sudo does not let us become the user is a problem with sudo's words, and is not looked at further")
  func become() async throws {
    let nodes = Topology.reference.nodes.map { node in
      Topology.Node(
        name: node.name, host: node.host, nodeManager: node.nodeManager, instances: node.instances,
        ssh: Topology.SSH(user: "axway", become: node.name == "Node-C" ? nil : "apigw"))
    }
    let (report, ran) = try await report(
      [
        (
          "Node-A: /bin/sh -c 'echo \"commands run as $(id -un)\"'", .exits(1, errors: "sudo: a password is required\n")
        ),
        ("Node-B: /bin/sh -c 'echo \"commands run as $(id -un)\"'", .exits(0, output: "commands run as apigw\n")),
      ], in: Topology(nodes: nodes))
    #expect(
      report.problems.map(\.description) == [
        "Node-A: commands cannot be run as 'apigw' (ssh.become): it says 'sudo: a password is required'; "
          + "let sudo do that without a password, by a line such as 'axway ALL=(apigw) NOPASSWD: ALL' in "
          + "/etc/sudoers.d on the node, and see that sudo and the user are there"
      ])
    #expect(ran.count { $0.hasPrefix("Node-A") } == 1)
    #expect(ran.first { $0.hasPrefix("Node-B") }?.contains("id -un") == true)
    #expect(!ran.contains { $0.hasPrefix("Node-C") && $0.contains("commands run as") })
  }
}
