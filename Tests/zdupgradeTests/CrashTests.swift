import Foundation
import Lab
import Testing

@Suite("zdupgrade that is killed", .serialized)
struct CrashTests {
  @Test("the crash test's hook kills it behind an entry, and the journal ends with that one")
  func hook() async throws {
    try await LabRun.with { run in
      let result = try await Program.zdupgrade(
        run.arguments("run", LabGuide.acceptedDowntime(for: run.lab)), environment: ["ZDUPGRADE_CRASH_AT": "7"])
      #expect(result.code == -1)
      let journals = try FileManager.default.subpathsOfDirectory(atPath: run.logs).filter { $0.hasSuffix(".jsonl") }
      let text = try String(contentsOfFile: "\(run.logs)/\(try #require(journals.first))", encoding: .utf8)
      #expect(text.split(separator: "\n").count == 7 && text.hasSuffix("\n"))
    }
  }

  /// The short form of `scripts/test-crash`.
  @Test(
    "killed at any entry of its journal and resumed, it ends as if nothing had happened",
    arguments: ["success", "rollback"])
  func resumed(kind: String) async throws {
    try await crashTest("--product", "axway", "--fault", "kill", "--case", kind, "--from", "45", "--every", "110")
  }

  @Test("an SSH server that is killed while a step runs on its node is waited for")
  func sshKilled() async throws {
    try await crashTest("--fault", "sshd", "--case", "success", "--from", "9", "--to", "9")
  }

  @Test(
    "a blue-green upgrade that is killed, and resumed, ends as if nothing had happened",
    arguments: [("success", "75"), ("rollback", "128")])
  func blueGreen(kind: String, from: String) async throws {
    try await crashTest(
      "--product", "bluegreen", "--fault", "kill", "--case", kind, "--from", from, "--every", "110")
  }

  private func crashTest(_ arguments: String...) async throws {
    let result = try await Program.run(
      "\(Program.folder)/zdulab", ["crash-test", "--zdupgrade", "\(Program.folder)/zdupgrade"] + arguments)
    #expect(result.code == 0, "\(result.output)\n\(result.errors)")
    #expect(result.errors.contains(": survived, "), "\(result.errors)")
  }
}
