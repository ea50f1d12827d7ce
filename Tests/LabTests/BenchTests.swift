import FoundationEssentials
import Testing
import Upgrade

@testable import Lab

extension OnStage {
  @Suite("The bench") struct BenchTests {
    /// Where the scripts are.
    private static let scripts = "\(Repository.path)/scripts/bench.d"

    /// A run of one program, as the harness writes it down.
    private struct Run: Decodable {
      let peer: String
      let good: Int
      let total: Int
      let complaint: String
    }

    /// A farm of three hosts for one test, ended behind it whatever happens, and a folder.
    private func withFarm(_ body: (_ farm: String, _ folder: String) async throws -> Void) async throws {
      try await withFolderOfItsOwn { folder in
        let started = try await BuiltProgram.run("\(Self.scripts)/sshfarm", ["start", "3", folder])
        try #require(started.code == 0, "\(started.errors)")
        let farm = String(started.output.dropLast())
        func end() async throws {
          let stopped = try await BuiltProgram.run("\(Self.scripts)/sshfarm", ["stop", farm])
          #expect(stopped.code == 0 && !TextFile.exists(farm), "\(stopped.errors)")
        }
        do { try await body(farm, folder) } catch {
          try await end()
          throw error
        }
        try await end()
      }
    }

    private func zdulab(_ farm: String, _ arguments: String...) async throws -> BuiltProgram.Result {
      try await BuiltProgram.run(BuiltProgram.zdulab, ["bench", "--farm", farm] + arguments)
    }

    /// Measures `task` once with the C program, zdulab, and programs that claim to have done `claim`, or nothing.
    private func measure(
      _ task: String, claim: String, reference: String, farm: String
    ) async throws -> (result: BuiltProgram.Result, runs: [String: Run]) {
      let json = "\(farm)/\(task).json"
      let result = try await BuiltProgram.run(
        "\(Self.scripts)/run",
        [
          "--farm", farm, "--task", task, "--n", "3", "--count", "4", "--bytes", "300000", "--rounds", "1",
          "--no-warm-up", "--retries", "0", "--quiet", "0", "--json", json, "--reference", reference,
          "--zdulab", BuiltProgram.zdulab, "--peers", "c-libssh2,zdupgrade", "--peer",
          "idler=echo RESULT \(claim)", "--peer", "breaker=false",
        ], variables: ["PYTHONDONTWRITEBYTECODE": "1"])
      let lines = (TextFile.bytes(json) ?? []).split(separator: UInt8(ascii: "\n"))
      let runs = try lines.map { try JSONDecoder().decode(Run.self, from: Data($0)) }
      return (result, Dictionary(runs.map { ($0.peer, $0) }) { $1 })
    }

    @Test("takes what zdulab and the C program did for done, in every task, and what was only claimed for failed")
    func harness() async throws {
      try await withFarm { farm, folder in
        let reference = "\(folder)/libssh2_min"
        let compiled = try await BuiltProgram.run(
          "/usr/bin/gcc", ["-o", reference, "\(Self.scripts)/peers/libssh2_min.c", "-lssh2"])
        try #require(compiled.code == 0, "\(compiled.errors)")
        let expected: KeyValuePairs = [
          "A": (3, "ok=3 total=3"), "B": (4, "ok=4 total=4"), "C": (1, "ok=1 total=1 bytes=300000"),
          "D": (72, "ok=72 total=72"), "F": (3, "ok=3 total=3 bytes=900000"),
        ]
        for (task, (total, claim)) in expected {
          let (result, runs) = try await measure(task, claim: claim, reference: reference, farm: farm)
          for name in ["c-libssh2", "zdupgrade"] {
            let run = try #require(runs[name], "\(task): \(result.errors)")
            #expect(run.complaint == "" && run.good == total && run.total == total, "\(task): \(run); \(result.errors)")
            #expect(result.output.contains("| \(name) | \(total)/\(total) | 1 |"), "\(result.output)")
          }
          #expect(runs["idler"]?.complaint.hasPrefix("sshd saw connections to 0 of ") == true, "\(task): \(runs)")
          #expect(runs["breaker"]?.complaint == "exit code 1")
          #expect(result.output.contains("| idler | **FAILED** in 1 of 1: sshd saw "), "\(result.output)")
          #expect(result.code == 1)
        }
      }
    }

    @Test("zdulab counts a host that does not answer as not good, says why, and exits with 1")
    func silentHost() async throws {
      try await withFarm { farm, _ in
        try TextFile.write((TextFile.read("\(farm)/hosts") ?? "") + "127.0.1.250\n", to: "\(farm)/hosts")
        let result = try await zdulab(farm, "A", "--n", "4")
        #expect(result.code == 1 && result.output == "RESULT ok=3 total=4\n")
        #expect(result.errors.hasPrefix("zdulab: 127.0.1.250: "), "\(result.errors)")
        #expect(try await zdulab(farm, "F", "--n", "4", "--bytes", "5").output == "RESULT ok=3 total=4 bytes=15\n")
        #expect(try await zdulab(farm, "A", "--n", "5").errors.contains("has 4 hosts, 5 are wanted"))
        #expect(try await zdulab("\(farm)/none", "A").code == 1)
      }
    }

    @Test("zdulab takes its settings from the environment too, and writes every command of D to a journal")
    func environment() async throws {
      try await withFarm { farm, folder in
        let result = try await BuiltProgram.run(
          BuiltProgram.zdulab, ["bench"], variables: ["FARM": farm, "BENCH_TASK": "D", "BENCH_TMP": folder])
        #expect(result.output == "RESULT ok=72 total=72\n", "\(result.errors)")
        let events = JournalWatch.entries(in: folder).map(\.event)
        #expect(events.count { if case .commandEnded(_, .code(0), _) = $0 { true } else { false } } == 72)
        let bare = try await BuiltProgram.run(
          BuiltProgram.zdulab, ["bench", "D", "--no_journal"], variables: ["FARM": farm, "BENCH_TMP": "\(folder)/none"])
        #expect(bare.output == "RESULT ok=72 total=72\n", "\(bare.errors)")
        let wrong = try await BuiltProgram.run(
          BuiltProgram.zdulab, ["bench", "B"], variables: ["FARM": farm, "BENCH_COUNT": "many"])
        #expect(wrong.code == 1 && wrong.errors == "zdulab: BENCH_COUNT is no number\n")
      }
    }
  }
}
