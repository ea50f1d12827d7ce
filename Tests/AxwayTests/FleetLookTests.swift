import Axway
import TestDoubles
import Testing
import Upgrade

@Suite("A look at the nodes of a run")
struct FleetLookTests {
  private func views(
    _ special: [(String, ScriptedHandler.Answer)], underWay: [String: DetachedJob] = [:]
  ) async throws -> (views: [String: NodeView], ran: [String]) {
    var options = UpgradeOptions()
    options.oldInstallDir = "/old"
    options.newInstallDir = "/new"
    let handler = ScriptedHandler(
      special + [
        ("sysupgrade status", .exits(0, output: "Current status: export complete\n")),
        ("/old/apigateway/posix/bin", .exits(0)), ("/new/apigateway/posix/bin", .exits(2)), ("/proc/", .exits(1)),
      ])
    let look = FleetLook(
      runner: CommandRunner(handler: handler, secrets: [:], diagnosis: NoDiagnosis(), journal: EventRecorder()),
      balancer: ScriptedBalancer(standings: ["Node-C": .disabled]), jobs: DetachedRunner(handler: handler))
    return (try await look.views(of: try Planner(.reference, options), underWay: underWay), await handler.ran)
  }

  @Test("tells how far each node is, what runs on it, and how the load balancer has it, and only looks")
  func looks() async throws {
    let (views, ran) = try await views([])
    #expect(views.keys.sorted() == ["Node-A", "Node-B", "Node-C"])
    let node = try #require(views["Node-A"])
    #expect(node.sysupgrade == .exported && node.balancer == .enabled && node.problems.isEmpty)
    #expect(node.processes(of: .old, outOf: 2) == .running && node.processes(of: .new, outOf: 2) == .stopped)
    #expect(views["Node-C"]?.balancer == .disabled)
    #expect(ran.allSatisfy { $0.hasSuffix("status") || $0.contains(" -s") || $0.contains("/proc/") })
  }

  @Test("a node that cannot be reached is asked once; one that answers in part is known in part, with the reason")
  func unreachable() async throws {
    let (views, ran) = try await views([
      ("Node-B: ", .fails(Failure(.unreachable, "b: connection refused"))),
      ("Node-C: cd", .exits(1, errors: "ERROR: no\n")),
    ])
    #expect(ran.count { $0.hasPrefix("Node-B") } == 1)
    let lost = try #require(views["Node-B"])
    #expect(lost.sysupgrade == nil && lost.processes.isEmpty && lost.balancer == .enabled)
    #expect(lost.problems.map(\.message) == ["b: connection refused"])
    let part = try #require(views["Node-C"])
    #expect(part.sysupgrade == nil && part.processes(of: .old, outOf: 2) == .running)
    #expect(part.problems.map(\.message) == ["sysupgrade status: exit code 1"])
  }
}
