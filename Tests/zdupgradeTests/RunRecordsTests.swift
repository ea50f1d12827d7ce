import Foundation
import Lab
import Testing

@Suite("The records of runs, as a process against the lab", .serialized)
struct RunRecordsTests {
  /// A run as `zdupgrade runs --format json` has it.
  private struct Listed: Decodable {
    struct Status: Decodable {
      let name: String
      let code: Int
    }
    let id: String
    let state: String
    let nodes: [String]
    let status: Status?
  }

  private static func list(_ folder: String) async throws -> [Listed] {
    let result = try await Program.zdupgrade(["runs", "--log-dir", folder, "--format", "json"])
    guard result.code == 0 else { return [] }
    return try JSONDecoder().decode([Listed].self, from: Data(result.output.utf8))
  }

  @Test("a run is listed while it runs and after it ended, its logs are found, and no secret is in its journal")
  func listed() async throws {
    try await LabRun.with { run in
      async let running = run.zdupgrade()
      _ = try await run.journal(with: ["{\"event\":{\"stageStarted\""])
      let during = try await Self.list(run.logs)
      #expect(during.map(\.state) == ["running"] && during.map(\.nodes) == [["Node-A", "Node-B", "Node-C"]])
      let result = try await running
      #expect(result.code == 0, "\(result.errors)")
      let after = try await Self.list(run.logs)
      #expect(after.map(\.state) == ["ended"] && after.first?.status?.name == "SUCCESS")
      let id = try #require(after.first?.id)
      #expect(result.errors.hasPrefix("run: \(id)\n"))

      let text = try await Program.zdupgrade(["runs", "--log_dir", run.logs])
      #expect(text.output.hasPrefix("RUN ") && text.output.contains("SUCCESS (0)  Node-A, Node-B, Node-C\n"))
      func logs(_ arguments: String...) async throws -> Program.Result {
        try await Program.zdupgrade(["logs"] + arguments + ["--log_dir", run.logs])
      }
      #expect(try await logs().output == run.log())
      #expect(try await logs(id).output == run.log())
      for way in [["Node-B"], [id, "Node-B"], ["20", "Node-B"]] {
        let log = try await Program.zdupgrade(["logs"] + way + ["--log_dir", run.logs])
        #expect(try log.output == run.log("Node-B"))
      }
      let wrong = try await logs(id, "Node-X")
      #expect(wrong.code == 80 && wrong.output.isEmpty && wrong.errors.contains("there are Node-A, Node-B, Node-C"))
      #expect(try await logs("1999").errors.contains("no run '1999' is in it"))

      let journal = try String(contentsOfFile: "\(run.logs)/\(id)/journal.jsonl", encoding: .utf8)
      for file in [run.lab.passwordFile, run.lab.domainPassphraseFile] {
        let secret = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")[0]
        #expect(!journal.contains(secret))
      }
      let lines = journal.split(separator: "\n")
      print(
        "journal: \(lines.count) entries, \(lines.count { !$0.contains("{\"event\":{\"output\"") }) of them kept at once"
      )

      // Both find that all is done already: they change nothing, and neither is in the other's way.
      async let one = run.zdupgrade()
      async let other = run.zdupgrade()
      #expect(try await [one.code, other.code] == [80, 80])
      let all = try await Self.list(run.logs)
      #expect(all.map { $0.status?.name } == ["FATAL_ERROR", "FATAL_ERROR", "SUCCESS"])
    }
  }

  @Test("a run that is killed is listed as interrupted, and its journal is whole up to there")
  func killed() async throws {
    try await LabRun.with(faults: ["Node-B:export:hang"]) { run in
      async let running = run.zdupgrade()
      #expect(kill(try await run.process(with: ["{\"event\":{\"commandStarted\"", "export"]).pid, SIGKILL) == 0)
      #expect(try await running.code == -1)
      let listed = try await Self.list(run.logs)
      #expect(listed.map(\.state) == ["interrupted"] && listed.first?.status == nil)
      #expect(try await Program.zdupgrade(["runs", "--log_dir", run.logs]).output.contains("  interrupted  "))
    }
  }

  @Test("a disk without room refuses the run; one that fills up ends it behind the node in hand")
  func fullDisk() async throws {
    try await LabRun.with { run in
      try FileManager.default.createDirectory(atPath: run.logs, withIntermediateDirectories: true)
      guard getuid() == 0, mount("tmpfs", run.logs, "tmpfs", 0, "size=1m") == 0 else {
        return print("skipped: only root can mount a small disk")
      }
      defer { umount2(run.logs, Int32(MNT_DETACH)) }
      let refused = try await run.zdupgrade()
      #expect(refused.code == 80 && refused.errors.contains("1024 KiB are free, 16384 KiB must be"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: run.logs).isEmpty)
      #expect(LabStatus(of: run.lab).nodes.allSatisfy { $0.upgrade == "not started" })

      #expect(mount("tmpfs", run.logs, "tmpfs", UInt(MS_REMOUNT), "size=20m") == 0)
      async let running = run.zdupgrade()
      _ = try await run.journal(with: ["{\"event\":{\"phaseStarted\"", "PRE-APPLY"])
      try Self.fill("\(run.logs)/filler")
      let result = try await running
      #expect(result.code == 80, "\(result.output)\n\(result.errors)")
      #expect(result.errors.contains("cannot be written: no space left on device"))
      #expect(result.output.contains("Summary table (Status.FATAL_ERROR)"))
      #expect(result.output.contains("the journal cannot be written: "))
      let versions = await run.versions()
      #expect(!versions.contains(nil) && versions.contains("7.5.3"), "\(versions)")
      #expect(LabStatus(of: run.lab).nodes.allSatisfy { $0.oldProcesses == 0 || $0.newProcesses == 0 })
      let listed = try await Self.list(run.logs)
      #expect(listed.map(\.state) == ["interrupted"], "what is there of the journal is whole")
    }
  }

  @Test("a log folder that is not there is an error that makes nothing, and an empty one has no runs")
  func nothing() async throws {
    try await withTemporaryFolder { folder in
      for command in ["runs", "logs"] {
        let result = try await Program.zdupgrade([command], directory: folder)
        #expect(result.code == 80 && result.output.isEmpty)
        #expect(result.errors.hasPrefix("zdupgrade: log folder logs: cannot be read: no such file or directory"))
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
      #expect(try await Program.zdupgrade(["runs", "--log_dir", folder, "--format", "json"]).output == "[\n\n]\n")
      #expect(try await Program.zdupgrade(["logs", "--log_dir", folder]).code == 80)
    }
  }

  /// Takes all room that is left on the disk of `path`.
  private static func fill(_ path: String) throws {
    let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    defer { close(file) }
    for size in [1 << 20, 1 << 12, 1] {
      let piece = [UInt8](repeating: 0, count: size)
      while write(file, piece, size) > 0 {}
    }
  }
}
