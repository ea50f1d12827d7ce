import Foundation
import Lab
import Testing
import Upgrade

@Suite("How much of a run is told, and in which form, as processes against the lab", .serialized)
struct ProgressRunTests {
  @Test("as JSON it is the events alone, a line each, as the journal has them")
  func json() async throws {
    try await LabRun.with { run in
      let result = try await run.zdupgrade("run", ["--format", "json", "--quiet"])
      #expect(result.code == 0 && result.errors.isEmpty, "\(result.errors)")
      let entries = try result.output.split(separator: "\n").map { try JournalEntry(line: Array($0.utf8)) }
      #expect(entries.map(\.number) == Array(1...entries.count))
      let journal = try await run.journal(with: ["runEnded"]).map { try JournalEntry(line: Array($0.utf8)).event }
      // The journal's first entry says whose it is, and stands there before anything is told.
      #expect(entries.map(\.event) == Array(journal.dropFirst()))
    }
  }

  @Test("quiet tells what fails and nothing else; verbose each command and what it prints")
  func detail() async throws {
    try await LabRun.with(faults: ["Node-B:apply"]) { run in
      let quiet = try await run.zdupgrade("run", ["--quiet"])
      #expect(quiet.code == 73 && quiet.output.contains("Summary table (Status.APPLY_FAILED):"))
      let lines = quiet.errors.split(separator: "\n").map(String.init)
      #expect(lines.first?.hasPrefix("Node-B: FAILED: create and start the new Node Manager") == true, "\(lines)")
      #expect(lines.contains("Node-B: APPLY FAILED (100)"))
      #expect(!lines.contains { $0.hasPrefix("Node-A:") || $0.hasPrefix("run: ") })
    }
    try await LabRun.with(nodes: 1) { run in
      let result = try await run.zdupgrade("run", ["--verbose"])
      #expect(result.code == 0)
      let lines = result.errors.split(separator: "\n").map(String.init)
      #expect(lines.contains { $0.hasPrefix("Node-A:   $ ") && $0.contains("sysupgrade export") })
      #expect(lines.contains("Node-A:   | Current status: not started"))
    }
  }

  @Test(
    "what contradicts itself is refused",
    arguments: [
      (["--quiet", "--verbose"], "--quiet and --verbose: give one of them"),
      (["--dry_run", "--format", "json"], "--format json: a dry run has no events"),
    ])
  func refused(options: [String], message: String) async throws {
    let result = try await Program.zdupgrade(["run"] + options)
    #expect(result.code == 80 && result.errors.contains(message), "\(result.errors)")
  }
}
