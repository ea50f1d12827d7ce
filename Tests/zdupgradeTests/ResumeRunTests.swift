import Foundation
import Lab
import Testing

@Suite("A run that was cut off or has failed, gone on with against the lab", .serialized)
struct ResumeRunTests {
  /// Runs `zdupgrade run` and kills it with SIGKILL as soon as its journal holds a line with all `parts`.
  private static func killed(_ run: LabRun, at parts: [String]) async throws {
    async let running = run.zdupgrade()
    #expect(kill(try await run.process(with: parts).pid, SIGKILL) == 0)
    #expect(try await running.code == -1)
  }

  private static let apply = "sysupgrade apply"

  /// `zdupgrade COMMAND` with nothing but the log folder and `more`.
  private static func zdupgrade(_ command: String, _ run: LabRun, _ more: String...) async throws -> Program.Result {
    try await Program.zdupgrade([command, "--log_dir", run.logs] + more)
  }

  /// What of the run is left in the nodes' homes.
  private static func leftovers(_ run: LabRun) -> [String] {
    ["Node-A", "Node-B", "Node-C"].filter {
      FileManager.default.fileExists(atPath: "\(run.lab.directory)/nodes/\($0)/home/.zdupgrade")
    }
  }

  @Test("killed in mid-apply and resumed, it ends in success, and the node's log holds one unbroken apply")
  func midApply() async throws {
    try await LabRun.with(faults: ["Node-B:apply:slow:3"]) { run in
      try await Self.killed(run, at: ["{\"event\":{\"commandStarted\"", "\"node\":\"Node-B\"", Self.apply])
      #expect(await run.versions() == ["7.7", nil, "7.5.3"])
      let other = try await run.zdupgrade()
      #expect(other.code == 80 && other.errors.contains("is locked by"), "\(other.errors)")

      let result = try await Self.zdupgrade("resume", run)
      #expect(result.code == 0, "\(result.output)\n\(result.errors)")
      #expect(result.output.hasPrefix("Summary table (Status.SUCCESS):"))
      #expect(
        result.output.split(separator: "\n").filter { $0.contains("| Node-") }.allSatisfy { !$0.contains("FAILED") })
      #expect(await run.versions() == ["7.7", "7.7", "7.7"])
      let log = try run.log("Node-B")
      #expect(log.ranges(of: Self.apply).count == 1)
      let banner = "########## SYSUPGRADE_APPLY ##########\n"
      let parts = log.components(separatedBy: banner)
      #expect(parts.count == 3, "the phase is not begun twice")
      #expect(
        parts[1].hasSuffix(
          """
          ]
          Applying the upgraded configuration on node-b.lab
          Node Manager started.
          API Gateway 'Gateway-2' in group 'Gateway Group' started.
          Apply completed successfully.

          ------------- ZDU_EXEC_CMD -------------

          """), "\(parts[1])")
      #expect(Self.leftovers(run).isEmpty)
      let again = try await Self.zdupgrade("resume", run)
      #expect(again.code == 0 && again.errors.contains("nothing is left to do"))
    }
  }

  @Test("killed while it takes nodes back, it takes them back to the end; resumed once more it upgrades them")
  func midRollback() async throws {
    try await LabRun.with(faults: ["Node-B:apply"]) { run in
      try await Self.killed(run, at: ["{\"event\":{\"stepStarted\"", "\"node\":\"Node-A\"", "\"undo\":0"])
      let back = try await Self.zdupgrade("resume", run)
      #expect(back.code == 73, "\(back.output)\n\(back.errors)")
      #expect(await run.versions() == ["7.5.3", "7.5.3", "7.5.3"])
      run.lab.clearFaults()
      let result = try await Self.zdupgrade("resume", run)
      #expect(result.code == 0, "\(result.output)\n\(result.errors)")
      #expect(await run.versions() == ["7.7", "7.7", "7.7"])
      #expect(try run.log("Node-A").ranges(of: Self.apply).count == 1, "what is applied is not applied again")
      #expect(Self.leftovers(run).isEmpty)
    }
  }

  @Test("a finished run is taken back, as far as that can be, when the operator says yes; and can be resumed then")
  func rollback() async throws {
    try await LabRun.with { run in
      #expect(try await run.zdupgrade().code == 0)
      let unasked = try await Self.zdupgrade("rollback", run)
      #expect(unasked.code == 80 && unasked.errors.contains("add --yes"))
      #expect(unasked.output.contains("# Node-C: ROLLBACK: have the old Node Manager running"))
      #expect(unasked.output.contains("A rollback does not undo:"))
      let first = try await Self.zdupgrade("rollback", run, "--yes", "--only", "Node-A")
      #expect(first.code == 80 && first.errors.contains("holds the first Admin Node Manager"), "\(first.errors)")
      #expect(await run.versions() == ["7.7", "7.7", "7.7"])

      let last = try await Self.zdupgrade("rollback", run, "--yes", "--from", "Node-C")
      #expect(last.code == 0 && last.output.contains("Summary table (Status.ROLLED_BACK):"), "\(last.errors)")
      #expect(await run.versions() == ["7.7", "7.7", "7.5.3"])
      let all = try await Self.zdupgrade("rollback", run, "--yes")
      #expect(all.code == 0, "\(all.errors)")
      #expect(await run.versions() == ["7.5.3", "7.5.3", "7.5.3"])
      let none = try await Self.zdupgrade("rollback", run, "--yes")
      #expect(none.code == 80 && none.errors.contains("there is nothing to take back"))
      #expect(Self.leftovers(run).isEmpty)

      // From another folder than the run was begun in, with a path from there.
      let secrets = ["--password_file", run.lab.passwordFile, "--domain_passphrase_file", run.lab.domainPassphraseFile]
      let again = try await Program.zdupgrade(
        ["resume", "--log_dir", String(run.logs.dropFirst())] + secrets, directory: "/")
      #expect(again.code == 0, "\(again.errors)")
      #expect(await run.versions() == ["7.7", "7.7", "7.7"])
    }
  }

  @Test("rolled back in mid-apply: what runs on the node is ended first")
  func rollbackWhileApplying() async throws {
    try await LabRun.with(faults: ["Node-B:apply:slow:600"]) { run in
      try await Self.killed(run, at: ["{\"event\":{\"commandStarted\"", "\"node\":\"Node-B\"", Self.apply])
      try FileManager.default.removeItem(atPath: run.lab.passwordFile)  // no command of the way back needs it
      let result = try await Self.zdupgrade("rollback", run, "--yes")
      #expect(result.code == 0, "\(result.output)\n\(result.errors)")
      #expect(await run.versions() == ["7.5.3", "7.5.3", "7.5.3"])
      #expect(Self.leftovers(run).isEmpty)
    }
  }

  @Test("a run is not resumed with another topology, nor while it runs, nor one that has no plan")
  func refused() async throws {
    try await LabRun.with(faults: ["Node-B:apply:slow:3"]) { run in
      #expect(try await Self.zdupgrade("resume", run).errors.contains("cannot be read"))
      async let running = run.zdupgrade("run", ["--rollback", "none"])
      _ = try await run.journal(with: ["{\"event\":{\"runStarted\""])
      let alive = try await Self.zdupgrade("resume", run)
      #expect(alive.code == 80 && alive.errors.contains("a living process writes it"), "\(alive.errors)")
      #expect(try await running.code == 0)

      let before = await run.versions()
      try run.editTopology { $0["groups"] = ["Gateway Group": ["minAvailable": 1]] }
      let changed = try await Self.zdupgrade("rollback", run, "--yes")
      #expect(changed.code == 80 && changed.errors.contains("is not what it was"), "\(changed.errors)")
      #expect(await run.versions() == before)
      let nothing = try await run.zdupgrade()
      #expect(nothing.code == 80, "there is nothing left to do")
      let id = try #require(nothing.errors.firstMatch(of: /run: ([^\n]+)\n/)).1
      let planless = try await Self.zdupgrade("resume", run, String(id))
      #expect(planless.code == 80 && planless.errors.contains("ended before it had a plan"), "\(planless.errors)")
    }
  }

  @Test("a failed step that was repaired is done again, and only what is left")
  func repaired() async throws {
    try await LabRun.with(faults: ["Node-B:apply"]) { run in
      #expect(try await run.zdupgrade("run", ["--rollback", "none"]).code == 73)
      run.lab.clearFaults()
      let result = try await Self.zdupgrade("resume", run)
      #expect(result.code == 0, "\(result.output)\n\(result.errors)")
      #expect(await run.versions() == ["7.7", "7.7", "7.7"])
      #expect(try run.log("Node-A").ranges(of: Self.apply).count == 1)
    }
  }
}
