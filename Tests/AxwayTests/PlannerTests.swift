import Testing
import Upgrade

@testable import Axway

@Suite("The plan of a rolling upgrade")
struct PlannerTests {
  private static func options(_ change: (inout UpgradeOptions) -> Void = { _ in }) -> UpgradeOptions {
    var options = UpgradeOptions()
    options.oldInstallDir = "/old"
    options.newInstallDir = "/new"
    options.cassandra.host = "c.example"
    change(&options)
    return options
  }

  private static func titles(_ stage: Stage) -> [String] {
    stage.lanes.flatMap(\.steps).map { "\($0.node): \($0.phase.title): \($0.act.title)" }
  }

  @Test("what is left to the operator names this domain's own things")
  func checklist() throws {
    let checklist = try #require(try Planner(.reference, Self.options { $0.cassandra.port = 9042 }).plan().checklist)
    let text = checklist.joined(separator: "\n")
    for part in [
      "Cassandra (c.example:9042)", "still name /old; have them start /new", "Admin Node Manager Node-A", "quotas",
    ] {
      #expect(text.contains(part), "\(part): \(text)")
    }
    #expect(!text.contains("--skip_db_upgrade"))
    let bare = Self.options {
      $0.cassandra.isAbsent = true
      $0.skipsDatabaseUpgrade = true
    }
    let other = try #require(try Planner(.reference, bare).plan().checklist).joined(separator: "\n")
    #expect(other.contains("--skip_db_upgrade was given") && !other.contains("Cassandra"))
  }

  @Test("export on all nodes, then upgrade on all nodes, then node by node, the first Admin Node Manager first")
  func order() throws {
    let swapped = Topology(nodes: [1, 0, 2].map { Topology.reference.nodes[$0] })
    let plan = try Planner(swapped, Self.options()).plan()
    #expect(
      plan.stages.map { $0.lanes.map(\.node) } == [
        ["Node-A", "Node-B", "Node-C"], ["Node-A", "Node-B", "Node-C"], ["Node-A"], ["Node-B"], ["Node-C"],
      ])
    #expect(plan.stages.prefix(2).allSatisfy { $0.concurrency >= 3 && $0.mustPassOnAllNodes })
    #expect(plan.nodes.map(\.name) == ["Node-B", "Node-A", "Node-C"], "the table keeps the file's order")
    #expect(
      Self.titles(plan.stages[2]) == [
        "Node-A: PRE-APPLY: take the node out of the load balancer",
        "Node-A: PRE-APPLY: wait until no request is in flight to the node",
        "Node-A: PRE-APPLY: see that the node is still out and the others still serve",
        "Node-A: PRE-APPLY: stop the old instance 'Gateway-1' of 'Gateway Group'",
        "Node-A: PRE-APPLY: stop the old Node Manager",
        "Node-A: APPLY: create and start the new Node Manager and instances",
        "Node-A: POST-APPLY: have the new Node Manager running",
        "Node-A: POST-APPLY: have the new instance 'Gateway-1' of 'Gateway Group' running",
        "Node-A: POST-APPLY: put the node back into the load balancer",
        "Node-A: POST-APPLY: see that the load balancer takes the node for a serving one",
      ])
  }

  @Test("what undoes the steps, read backwards, is the vendor's way back")
  func rollback() throws {
    let node = Topology.Node(
      name: "N", host: "n", nodeManager: .admin,
      instances: ["1", "2"].map { Topology.Instance(name: $0, group: "G", healthURL: "http://n/\($0)") })
    let plan = try Planner(Topology(nodes: [node]), Self.options()).plan()
    #expect(
      plan.rollback(of: "N").map(\.title) == [
        "take the node out of the load balancer", "wait until no request is in flight to the node",
        "see that the node is still out and the others still serve",
        "stop the new instance '1' of 'G'", "stop the new instance '2' of 'G'", "stop the new Node Manager",
        "have the old Node Manager running",
        "have the old instance '2' of 'G' running", "have the old instance '1' of 'G' running",
        "see that the old instance '1' answers its health check",
        "see that the old instance '2' answers its health check",
        "put the node back into the load balancer", "see that the load balancer takes the node for a serving one",
      ])
  }

  @Test("no command of the way back needs a secret, whatever the upgrade needs")
  func secrets() throws {
    let plan = try Planner(.reference, Self.options()).plan()
    #expect(!plan.secrets.isEmpty && plan.rollbackSecrets.isEmpty)
  }

  @Test("every node gets the same --anm_host, that of the first Admin Node Manager or the one given")
  func anmHost() throws {
    for (given, expected) in [(nil, "Node-A"), ("Node-C", "Node-C")] as [(String?, String)] {
      let planner = try Planner(.reference, Self.options { $0.anmHost = given })
      let plan = try planner.plan()
      let lines = plan.stages.flatMap(\.lanes).flatMap(\.steps).flatMap(\.act.action.commands).map(\.line)
      let hosts = lines.filter { $0.contains("--anm_host") }
      #expect(hosts.count == 6 && hosts.allSatisfy { $0.contains("--anm_host \(expected) ") })
      #expect(plan.stages[2].lanes[0].node == expected)
    }
  }

  @Test("an --anm_host that is a plain node or unknown is refused", arguments: ["Node-B", "Node-D", "node-a"])
  func wrongAnmHost(host: String) {
    #expect(throws: Failure.self) { try Planner(.reference, Self.options { $0.anmHost = host }) }
  }

  @Test("a group with instances on one node only is named, and so is what no rollback undoes")
  func notices() throws {
    let plan = try Planner(.reference, Self.options()).plan()
    #expect(
      plan.notices.contains(
        "'GatewayManager Group' has instances on one node only: it is interrupted while that node is upgraded, "
          + "which needs --accept_downtime or a yes"))
    #expect(!plan.notices.contains { $0.contains("'Gateway Group' has") })
    #expect(plan.notUndone.contains { $0.contains("Cassandra") } && plan.notUndone.contains { $0.contains("ActiveMQ") })
  }

  @Test("what sysupgrade has done already is not repeated, on its own word")
  func observed() throws {
    let plan = try Planner(.reference, Self.options()).plan(observed: [
      "Node-A": Observation(.upgraded), "Node-B": Observation(.exported),
    ])
    #expect(plan.stages[0].lanes.map(\.node) == ["Node-C"])
    #expect(plan.stages[1].lanes.map(\.node) == ["Node-B", "Node-C"])
    #expect(plan.notices.contains { $0.hasPrefix("Node-A: sysupgrade status says 'export and upgrade complete'") })
  }

  @Test(
    "a localhost Cassandra is refused for several nodes, before anything runs",
    arguments: [nil, "localhost", "LOCALHOST", "127.0.0.1", "127.1.2.3", "::1", "[::1]"] as [String?])
  func localCassandra(host: String?) {
    let options = Self.options { $0.cassandra.host = host }
    #expect(OptionRules.problems(.reference, options).count == 1)
    #expect(OptionRules.problems(Topology(nodes: [Topology.reference.nodes[0]]), options).isEmpty)
  }

  @Test(
    "a network address for Cassandra, or none at all, is fine",
    arguments: ["10.0.0.5", "cassandra.example", "127.example"])
  func networkCassandra(host: String) {
    #expect(OptionRules.problems(.reference, Self.options { $0.cassandra.host = host }).isEmpty)
    let absent = Self.options {
      $0.cassandra.host = nil
      $0.cassandra.isAbsent = true
    }
    #expect(OptionRules.problems(.reference, absent).isEmpty)
    #expect(OptionRules.problems(.reference, Self.options { $0.cassandra.isAbsent = true }).count == 1)
  }

  @Test(
    "sysupgrade's own status is understood",
    arguments: [
      ("Current status: not started", SysupgradeState.notStarted), ("Current status: export complete", .exported),
      ("Current status: export and upgrade complete", .upgraded),
      ("  Current status:  System upgrade complete.", .applied),
    ])
  func status(line: String, state: SysupgradeState) {
    #expect(SysupgradeState(statusLines: ["noise", line, "Next step: sysupgrade x"]) == state)
    #expect(SysupgradeState(statusLines: ["Next step: export complete"]) == nil)
  }
}
