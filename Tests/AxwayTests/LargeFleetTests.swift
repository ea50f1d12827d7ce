import Testing
import Upgrade

@testable import Axway

@Suite("A fleet of 1,000 nodes in 100 groups")
struct LargeFleetTests {
  private static let topology = Topology(
    nodes: (0..<1000).map { index in
      Topology.Node(
        name: "N\(index)", host: "n\(index).example", nodeManager: index % 10 == 0 ? .admin : .node,
        instances: [
          Topology.Instance(name: "I\(index)", group: "G\(index / 10)", healthURL: "http://n\(index).example/h")
        ])
    })

  private static func planner(_ change: (inout UpgradeOptions) -> Void = { _ in }) throws -> Planner {
    var options = UpgradeOptions()
    options.oldInstallDir = "/old"
    options.newInstallDir = "/new"
    change(&options)
    return try Planner(topology, options)
  }

  @Test("all are exported and upgraded, some at a time, and each is then upgraded in a wave of its own")
  func shape() throws {
    let plan = try Self.planner { $0.forks = 64 }.plan()
    #expect(plan.stages.count == 1002)
    #expect(plan.stages.prefix(2).allSatisfy { $0.lanes.count == 1000 && $0.concurrency == 64 })
    #expect(plan.stages[0].title == "EXPORT on 1000 nodes, 64 at a time")
    #expect(plan.stages.dropFirst(2).map { $0.lanes.map(\.node) } == (0..<1000).map { ["N\($0)"] })
    #expect(plan.floors.count == 100 && plan.floors.values.allSatisfy { $0 == 5 })
    #expect(try Self.planner().problems().isEmpty)
  }

  @Test("waves take as many nodes of a group as its floor allows, and as many groups as may be out together")
  func waves() throws {
    let plan = try Self.planner { $0.waves.maxUnavailable = .percent(3) }.plan()
    let waves = plan.stages.dropFirst(2).map { $0.lanes.map(\.node) }
    #expect(waves.first == ["N0"] && waves.allSatisfy { $0.count <= 30 })
    #expect(waves.joined().count == 1000 && Set(waves.joined()).count == 1000)
    for wave in waves {
      let sizes = Dictionary(grouping: wave) { (Int($0.dropFirst()) ?? 0) / 10 }.mapValues(\.count)
      #expect(sizes.values.allSatisfy { $0 <= 5 })
    }
    #expect(waves.count < 40)
  }

  @Test(
    "its plan is told in a few hundred lines: one node in full, the others by group; all of it where that is asked for")
  func text() throws {
    let plan = try Self.planner { $0.forks = 64 }.plan()
    let lines = PlanText(plan, balancer: "nginx").lines
    #expect(lines.count < 700, "\(lines.count)")
    #expect(lines.contains("# the same steps on the other 999 nodes"))
    #expect(lines.contains("# == 4 to 12. the same, one stage after another"))
    #expect(lines.contains("# the same steps on G0 (9 of 10 nodes): N1, N2, N3, N4, N5, N6, N7, N8, N9"))
    #expect(
      lines.contains("# the same steps on G99 (10 nodes): N990, N991, N992, N993, N994, N995, N996, N997, N998, N999"))
    #expect(lines.contains { $0.hasPrefix("# N0: APPLY: ") } && !lines.contains { $0.hasPrefix("# N1: APPLY: ") })
    #expect(lines.allSatisfy { $0.utf8.count < 400 })
    let all = PlanText(plan, balancer: "nginx", allNodes: true).lines
    for node in plan.nodes {
      #expect(
        all.contains("# \(node.name): APPLY: create and start the new Node Manager and instances (within 3600 s)"))
    }
  }

  @Test("a node whose steps are others is shown in full too")
  func otherKind() throws {
    let plan = try Self.planner().plan(observed: ["N500": Observation(.exported, isDown: true)])
    let lines = PlanText(plan, balancer: "nginx").lines
    #expect(lines.contains { $0.hasPrefix("# N500: APPLY: ") }, "it is down, so it is not drained")
    #expect(!lines.contains { $0.hasPrefix("# N500: PRE-APPLY: wait until no request") })
  }
}
