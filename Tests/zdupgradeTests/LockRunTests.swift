import Foundation
import Lab
import Testing

@Suite("The locks of runs, as processes against the lab", .serialized)
struct LockRunTests {
  /// A lock as `zdupgrade locks --format json` has it.
  private struct Lock: Decodable, Equatable {
    let node: String
    let state: String
    let run: String?
    let user: String?
    let host: String?
    let processID: Int32?
    let reason: String?
    let since: String?
    let heartbeatAge: Int?
    let runIs: String?
  }

  private func locks(_ run: LabRun, _ more: [String] = []) async throws -> [Lock] {
    let result = try await command("locks", run, ["--format", "json"] + more)
    #expect(result.code == 0, "\(result.errors)")
    return try JSONDecoder().decode([Lock].self, from: Data(result.output.utf8))
  }

  private func command(_ name: String, _ run: LabRun, _ more: [String] = []) async throws -> Program.Result {
    try await Program.zdupgrade([name, "--config", run.lab.topologyFile, "--log_dir", run.logs] + more)
  }

  /// What is left of locks in the homes on the nodes.
  private func leftovers(_ run: LabRun) -> [String] {
    run.lab.description.nodes.flatMap { node in
      (try? FileManager.default.subpathsOfDirectory(atPath: "\(run.lab.directory)/nodes/\(node.name)/home")) ?? []
    }.filter { $0.hasPrefix(".zdupgrade") }
  }

  @Test("of two runs at once the second says who has the nodes, since when and from where, and touches nothing")
  func two() async throws {
    try await LabRun.with { run in
      async let first = run.zdupgrade("run", ["--reason", "change 4711, it's \"urgent\""])
      let (id, pid) = try await run.process(with: ["\"lock\":{\"_0\":{\"taken\""])
      let elsewhere = "\(run.lab.directory)/other-logs"
      let second = try await run.zdupgrade("run", ["--log_dir", elsewhere])
      #expect(second.code == 80 && second.output.isEmpty, "\(second.output)\n\(second.errors)")
      let host = ProcessInfo.processInfo.hostName
      let who = "is locked by run \(id) of \(NSUserName())@\(host) (process \(pid)) since 20"
      #expect(second.errors.contains(who), "\(second.errors)")
      #expect(second.errors.contains("for 'change 4711, it's \"urgent\"' (last sign of life "))
      #expect(second.errors.contains("'zdupgrade unlock --run \(id)' removes those of a dead run"))
      let other = try await run.process(in: elsewhere, with: ["runEnded"])
      let journal = try String(contentsOfFile: "\(elsewhere)/\(other.run)/journal.jsonl", encoding: .utf8)
      let log = try await Program.zdupgrade(["logs", "--log_dir", elsewhere])
      #expect(log.output.contains(who))
      #expect(!journal.contains("commandStarted") && journal.contains("FATAL_ERROR"))

      let third = try await run.zdupgrade()
      #expect(third.code == 80)
      let early =
        "run \(id) of \(NSUserName())@\(host) (process \(pid)) has had Node-A, Node-B, Node-C in hand since 20"
      #expect(third.errors.contains(early), "\(third.errors)")
      let held = try await locks(run)
      #expect(held.map(\.state) == ["held", "held", "held"] && held.map(\.runIs) == ["running", "running", "running"])
      #expect(held.allSatisfy { $0.run == id && $0.processID == pid && $0.host == host && $0.heartbeatAge ?? 99 < 60 })
      #expect(held.first?.reason == "change 4711, it's \"urgent\"")

      let result = try await first
      #expect(result.code == 0, "\(result.errors)")
      #expect(result.errors.contains("locked for this run: ") && result.errors.contains("free again: "))
      #expect(await run.versions() == ["7.7", "7.7", "7.7"])
      #expect(leftovers(run).isEmpty)
      // Refused by the preflight: nothing is left of the locks either.
      #expect(try await run.zdupgrade().code == 80)
      #expect(leftovers(run).isEmpty)
    }
  }

  @Test(
    "a run that is killed leaves its locks; they are shown, keep others away, and are removed when it is known dead")
  func killed() async throws {
    try await LabRun.with(faults: ["Node-B:export:hang"]) { run in
      async let running = run.zdupgrade()
      let (id, pid) = try await run.process(with: ["{\"event\":{\"commandStarted\"", "\"node\":\"Node-B\"", "export"])
      for _ in 0..<1000 where !leftovers(run).contains(where: { $0.contains("Node-B.") && $0.hasSuffix("/pid") }) {
        try await Task.sleep(for: .milliseconds(10))
      }
      #expect(kill(pid, SIGKILL) == 0)
      #expect(try await running.code == -1)
      #expect(try await locks(run).map(\.runIs) == ["dead", "dead", "dead"])
      let text = try await command("locks", run).output
      #expect(text.hasPrefix("NODE ") && text.contains("Node-B  \(id)  dead "), "\(text)")
      let second = try await run.zdupgrade()
      #expect(second.code == 80 && second.errors.contains("is locked by run \(id)"), "\(second.errors)")

      let unknown = try await command("unlock", run, ["--run", id, "--log_dir", "\(run.lab.directory)/nowhere"])
      #expect(unknown.code == 80 && unknown.errors.contains("so nobody here knows whether it lives"))
      let never = "20200101T000000.000Z-0000"
      let foreign = try await command("unlock", run, ["--run", never, "--force"])
      #expect(foreign.code == 0 && foreign.output.contains("Node-A: left alone: locked by run \(id)"))
      #expect(try await locks(run).map(\.run) == [id, id, id])

      let busy = try await command("unlock", run, ["--run", id])
      #expect(busy.code == 80 && busy.errors.contains("a command of it still runs on Node-B;"), "\(busy.errors)")
      #expect(try await locks(run).map(\.state) == ["held", "held", "held"])
      let unlocked = try await command("unlock", run, ["--run", id, "--force"])
      #expect(unlocked.code == 0 && unlocked.output == "Node-A: unlocked\nNode-B: unlocked\nNode-C: unlocked\n")
      let again = try await command("unlock", run, ["--run", id, "--force"])
      #expect(again.code == 0 && again.output.contains("Node-A: was not locked"))
      #expect(try await locks(run).map(\.state) == ["free", "free", "free"])
      #expect(!leftovers(run).contains { $0.contains("lock") }, "what was under way is left for 'resume' or 'rollback'")
    }
  }

  @Test("a living run's locks are not removed; with --force they are, and it stops before its next act and says so")
  func forced() async throws {
    try await LabRun.with { run in
      async let running = run.zdupgrade()
      let (id, pid) = try await run.process(with: ["{\"event\":{\"phaseStarted\"", "PRE-APPLY"])
      let refused = try await command("unlock", run, ["--run", id])
      #expect(refused.code == 80 && refused.output.isEmpty)
      #expect(refused.errors.contains("run \(id) lives: it is process \(pid)"), "\(refused.errors)")
      #expect(try await locks(run).map(\.state) == ["held", "held", "held"])
      let unlocked = try await command("unlock", run, ["--run", id, "--force"])
      #expect(unlocked.code == 0, "\(unlocked.errors)")
      let result = try await running
      #expect(result.code == 80, "\(result.output)\n\(result.errors)")
      // Node-A is in hand, or Node-B by then: a run is fast, and 'unlock' asks the nodes.
      #expect(result.errors.contains("LOCK LOST: the lock of Node-"), "\(result.errors)")
      #expect(result.output.hasPrefix("Summary table (Status.FATAL_ERROR)"), "\(result.output)")
      #expect(result.output.contains("not begun: the lock of Node-"))
      let versions = await run.versions()
      #expect(versions.last == "7.5.3", "no other node was begun: \(versions)")
      #expect(leftovers(run).isEmpty)
    }
  }

  @Test("a run that is told to stop, even before its first step, gives its locks back")
  func interrupted() async throws {
    try await LabRun.with { run in
      async let running = run.zdupgrade()
      let (_, pid) = try await run.process(with: ["\"lock\":{\"_0\":{\"taken\""])
      #expect(kill(pid, SIGINT) == 0)
      let result = try await running
      #expect(result.code == 80, "\(result.output)\n\(result.errors)")
      #expect(leftovers(run).isEmpty)
      #expect(await run.versions() == ["7.5.3", "7.5.3", "7.5.3"])
      #expect(LabStatus(of: run.lab).nodes.allSatisfy { $0.upgrade == "not started" })
    }
  }

  @Test("a node that cannot be asked is shown as such, and the answer is told to be incomplete")
  func unreachable() async throws {
    try await LabRun.with { run in
      try run.editTopology { topology in
        var nodes = topology["nodes"] as? [[String: Any]] ?? []
        var ssh = nodes[1]["ssh"] as? [String: Any] ?? [:]
        ssh["port"] = 1
        nodes[1]["ssh"] = ssh
        topology["nodes"] = nodes
      }
      let result = try await command("locks", run)
      #expect(result.code == 80)
      #expect(result.output.contains("Node-A  free\nNode-B  unknown\nNode-C  free\n"), "\(result.output)")
      #expect(result.errors.hasPrefix("Node-B: "))
      let refused = try await run.zdupgrade()
      #expect(refused.code == 80 && refused.errors.contains("Node-B: "), "\(refused.errors)")
      #expect(leftovers(run).isEmpty)
    }
  }
}
