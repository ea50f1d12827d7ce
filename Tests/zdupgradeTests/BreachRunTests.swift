import Foundation
import Lab
import Testing

@Suite("A run stops by itself when users are hurt", .serialized)
struct BreachRunTests {
  /// A run in which Node-B answers every request with 500 once it is upgraded, although its health check is fine.
  private func run(_ reaction: String, _ body: (LabRun, Program.Result) async throws -> Void) async throws {
    try await LabRun.with(faults: ["Node-B:start:broken"]) { run in
      // The probe needs some requests to know; the run takes that time between its waves.
      try run.editTopology { $0["hooks"] = ["betweenWaves": ["command": ["/bin/sleep", "1"]]] }
      let url = try #require(run.lab.description.groups.first { $0.instanceCount > 1 }).url + "/"
      let result = try await run.zdupgrade(
        "run", ["--probe", url, "--probe_rate", "50", "--max_failed_probes", "3", "--on_breach", reaction])
      #expect(result.code == 76, "\(result.output)\n\(result.errors)")
      #expect(result.output.hasPrefix("Summary table (Status.PROBE_BUDGET_SPENT):"))
      #expect(result.errors.contains("probe budget spent"))
      #expect(result.output.contains(url) && result.output.contains("probes, "), "\(result.output)")
      try await body(run, result)
    }
  }

  @Test("abort: the next node is not touched, and the summary says when and why")
  func abort() async throws {
    try await run("abort") { run, result in
      #expect(LabStatus(of: run.lab).nodes[2].newProcesses == 0)
      #expect(await run.versions()[2] == "7.5.3")
      // Before the gate behind Node-B, or behind that gate.
      let places = ["the run could have betweenWaves pass", "'PRE-APPLY, APPLY and POST-APPLY on Node-C'"]
      #expect(places.contains { result.output.contains("stopped before \($0)") }, "\(result.output)")
      // When, to the millisecond, and why.
      let time = try /20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d\dZ/.firstMatch(in: result.output)
      #expect(time != nil, "\(result.output)")
      #expect(result.output.contains("3 are allowed"))
    }
  }

  @Test("rollback: every node is taken back, and the old version answers")
  func rollback() async throws {
    try await run("rollback") { run, result in
      #expect(await run.versions() == ["7.5.3", "7.5.3", "7.5.3"])
      let rows = result.output.split(separator: "\n").filter { $0.contains("| Node-") }
      #expect(rows.prefix(2).allSatisfy { $0.hasSuffix("PASSED (0)   |") || $0.hasSuffix("PASSED (0) |") })
      let plan = try await run.zdupgrade("plan")
      #expect(!plan.errors.contains("the load balancer"))
    }
  }
}
