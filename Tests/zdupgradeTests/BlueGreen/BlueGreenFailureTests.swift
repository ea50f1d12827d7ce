import Foundation
import Lab
import Testing

/// Failures in the first half of a major upgrade.
@Suite("A blue-green upgrade that fails before the new side serves", .serialized)
struct BlueGreenEarlyFailureTests {
  @Test(
    "the step's code is given, what the vendor says is taken back, the old side serves, and a resumed run ends well",
    arguments: BlueGreenTrouble.beforeTraffic)
  func failure(_ trouble: BlueGreenTrouble) async throws { try await BlueGreenFailure(trouble).run() }
}

@Suite("A blue-green upgrade that fails when the new side is about to serve, or serves", .serialized)
struct BlueGreenLateFailureTests {
  @Test(
    "the step's code is given, what the vendor says is taken back, one side serves, and a resumed run ends well",
    arguments: BlueGreenTrouble.fromRestart)
  func failure(_ trouble: BlueGreenTrouble) async throws { try await BlueGreenFailure(trouble).run() }

  @Test("a load balancer that takes no change any more leaves the old side serving, and the run ends well once it does")
  func brokenBalancer() async throws {
    try await BlueGreenStage.with { stage in
      let stray = #"test -e "$0/lost" || { touch "$0/lost"; echo 'nonsense' >> "$0/nginx/nginx.conf"; }"#
      try stage.edit { file in
        file.changeNode("New-2") {
          $0["hooks"] = ["beforeNode": ["command": ["/bin/sh", "-c", stray, stage.lab.directory]]]
        }
      }
      let failed = try await stage.bluegreen("run", "--yes")
      // New-1 serves, and cannot be taken out: the operator is told.
      #expect(failed.code == 75, "\(failed.output)\n\(failed.errors)")
      #expect(failed.output.contains("New-2: TRAFFIC: put the node into the load balancer: "), "\(failed.output)")
      #expect(failed.output.contains("New-1 needs your hand"))
      let configuration = "\(stage.lab.directory)/nginx/nginx.conf"
      let text = try String(contentsOfFile: configuration, encoding: .utf8)
      try text.replacing("nonsense\n", with: "").write(toFile: configuration, atomically: true, encoding: .utf8)
      let back = try await stage.bluegreen("resume")
      #expect(back.code == 87, "\(back.output)\n\(back.errors)")
      try await stage.expectOldServes()
      let resumed = try await stage.bluegreen("resume")
      #expect(resumed.code == 0, "\(resumed.output)\n\(resumed.errors)")
      try await stage.expectComplete(isCountingAll: false)
    }
  }
}

/// A major upgrade in which one thing goes wrong.
private struct BlueGreenFailure {
  let trouble: BlueGreenTrouble

  init(_ trouble: BlueGreenTrouble) { self.trouble = trouble }

  func run() async throws {
    try await BlueGreenStage.with { stage in
      if trouble.new.isEmpty { try stage.setTimes(["restart": 5, "start": 5]) }
      try trouble.cause(on: stage)
      let failed = try await stage.bluegreen("run", "--yes")
      #expect(failed.code == trouble.code, "\(failed.output)\n\(failed.errors)")
      #expect(failed.output.hasPrefix("Summary table (Status.\(trouble.step)):"))
      let cells = try Self.column(trouble.node, in: failed.output)
      #expect(cells.contains { $0.hasPrefix("FAILED (") }, "\(failed.output)")
      let before = try stage.journal
      #expect(before.takenBack() == trouble.back)
      try await expectStanding(stage)

      try await trouble.repair(stage)
      let resumed = try await stage.bluegreen("resume", "--yes")
      #expect(resumed.code == 0, "\(resumed.output)\n\(resumed.errors)")
      let again = try stage.journal.done(behind: before.entries.count)
      #expect(again.contains(BlueGreenWayBack.emptied[0]) == (81...88).contains(trouble.code), "\(again)")
      #expect(try await stage.standing().all("New", are: "green, nothing, enabled"))
      // What the new side had counted before it was emptied again is in its backup.
      try await stage.expectComplete(isCountingAll: ![87, 88].contains(trouble.code))
    }
  }

  /// What the summary has of `node`, phase by phase.
  private static func column(_ node: String, in output: String) throws -> [String] {
    let rows = output.split(separator: "\n").filter { $0.hasPrefix("    | ") }.map { line in
      line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    let heading = try #require(rows.first { $0.contains("PHASE") }, "\(output)")
    let place = try #require(heading.firstIndex(of: node))
    return rows.filter { $0.count == heading.count && $0 != heading }.map { $0[place] }
  }

  private func expectStanding(_ stage: BlueGreenStage) async throws {
    let standing = try await stage.standing()
    let (sound, lost) = ("New-1", "New-2")
    if trouble.new.isEmpty {
      #expect(standing.words[sound] == "green, nothing, disabled", "\(standing.words)")
      #expect(standing.words[lost] == "no answer, -, disabled", "\(standing.words)")
    } else {
      #expect(standing.all("New", are: trouble.new), "\(standing.words)")
    }
    if trouble.old.isEmpty {
      #expect(standing.words["Old-1"] == "no answer, all, disabled", "\(standing.words)")
      #expect(standing.words["Old-2"] == "no answer, -, disabled", "\(standing.words)")
    } else {
      #expect(standing.all("Old", are: trouble.old), "\(standing.words)")
    }
  }
}
