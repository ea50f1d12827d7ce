import Foundation
import Lab
import Testing

@Suite("A run that goes on by a new plan, against the lab", .serialized)
struct ReplanRunTests {
  private static func resume(_ run: LabRun, _ more: String...) async throws -> Program.Result {
    try await Program.zdupgrade(["resume", "--log_dir", run.logs] + more)
  }

  @Test("a changed topology is refused until a new plan is asked for and seen; what is done is not done again")
  func topology() async throws {
    try await LabRun.with(faults: ["Node-B:apply"]) { run in
      #expect(try await run.zdupgrade("run", ["--rollback", "none"]).code == 73)
      run.lab.clearFaults()
      try run.editTopology { $0["groups"] = ["Gateway Group": ["minAvailable": 1]] }
      let refused = try await Self.resume(run)
      #expect(refused.code == 80 && refused.errors.contains("resume --replan"), "\(refused.errors)")
      let status = try await Program.zdupgrade(["status", "--log_dir", run.logs])
      #expect(status.output.contains("next:   'zdupgrade resume --replan 20"), "\(status.output)")
      #expect(status.output.contains("next:   'zdupgrade rollback 20"), "\(status.output)")
      let unseen = try await Self.resume(run, "--replan")
      #expect(unseen.code == 80 && unseen.errors.contains("add --yes"), "\(unseen.errors)")
      let dry = try await Self.resume(run, "--replan", "--", "--dry-run")
      #expect(dry.code == 80 && dry.errors.contains("--dry_run: has no meaning with --replan"), "\(dry.errors)")
      #expect(await run.versions() == ["7.7", nil, "7.5.3"])
      let runs = try await Program.zdupgrade(["runs", "--log_dir", run.logs])
      #expect(runs.output.contains("APPLY_FAILED"), "what was not gone on with keeps its end: \(runs.output)")

      let result = try await Self.resume(run, "--replan", "--yes", "--", "--drain-time", "33")
      #expect(result.code == 0, "\(result.output)\n\(result.errors)")
      #expect(result.output.contains("wait until no request is in flight to the node with other limits"))
      #expect(await run.versions() == ["7.7", "7.7", "7.7"])
      #expect(try run.log("Node-A").ranges(of: "sysupgrade apply").count == 1)
      // The journal knows the new plan: what it did is taken back by it, without any further word.
      let back = try await Program.zdupgrade(["rollback", "--log_dir", run.logs, "--yes"])
      #expect(back.code == 0, "\(back.output)\n\(back.errors)")
      #expect(await run.versions() == ["7.5.3", "7.5.3", "7.5.3"])
    }
  }

  @Test("killed in mid-apply it goes on with the same apply by a new plan, but not where that lacks the node")
  func midApply() async throws {
    try await LabRun.with(faults: ["Node-B:apply:slow:3"]) { run in
      async let running = run.zdupgrade()
      let apply = ["{\"event\":{\"commandStarted\"", "\"node\":\"Node-B\"", "sysupgrade apply"]
      #expect(kill(try await run.process(with: apply).pid, SIGKILL) == 0)
      #expect(try await running.code == -1)

      let whole = try Data(contentsOf: URL(fileURLWithPath: run.lab.topologyFile))
      try run.editTopology { topology in
        topology["nodes"] = (topology["nodes"] as? [[String: Any]])?.filter { $0["name"] as? String != "Node-B" }
      }
      let lost = try await Self.resume(run, "--replan", "--yes", "--", "--accept_downtime", "Gateway Group")
      #expect(lost.code == 80 && lost.errors.contains("the new plan does not have it"), "\(lost.errors)")
      #expect(await run.versions() == ["7.7", nil, "7.5.3"])

      try whole.write(to: URL(fileURLWithPath: run.lab.topologyFile))
      let result = try await Self.resume(run, "--replan", "--yes", "--", "--drain_time", "33")
      #expect(result.code == 0, "\(result.output)\n\(result.errors)")
      #expect(await run.versions() == ["7.7", "7.7", "7.7"])
      #expect(try run.log("Node-B").ranges(of: "sysupgrade apply").count == 1)
    }
  }
}
