import Foundation
import Lab
import Testing

@Suite("zdupgrade bluegreen by its profiles, from version to version", .serialized)
struct BlueGreenProfileTests {
  private static func upgrade(_ stage: BlueGreenStage) async throws -> Program.Result {
    let result = try await stage.bluegreen("run", "--yes")
    #expect(result.code == 0, "\(result.output)\n\(result.errors)")
    return result
  }

  @Test(
    "a new major version, in the words of its release for what is copied",
    arguments: [
      (GatewayVersion.v10_7, GatewayVersion.v10_11, "analyticsandlogs"), (.v10_11, .v10_15, "analyticsandlogs"),
    ])
  func major(old: GatewayVersion, new: GatewayVersion, word: String) async throws {
    try await BlueGreenStage.with(.major) {
      ($0.oldVersion, $0.newVersion) = (old, new)
      ($0.oldCount, $0.newCount) = (1, 1)
    } _: { stage in
      _ = try await Self.upgrade(stage)
      let reindexes = try stage.calls("POST", "/migration", of: "New-1").filter { $0.contains(#""action":"reindex""#) }
      #expect(reindexes.count == 2 && reindexes.last?.contains(#""indicesType":"\#(word)""#) == true, "\(reindexes)")
      #expect(try await stage.standing().all("New", are: "green, nothing, enabled"))
      try await stage.expectComplete(isCountingAll: true)
    }
  }

  @Test(
    "a fix for a cluster goes node by node on the datastore of all", arguments: [GatewayVersion.v10_7, .v10_15])
  func cluster(version: GatewayVersion) async throws {
    try await BlueGreenStage.with(.minorCluster) {
      $0.oldVersion = version
    } _: { stage in
      let result = try await Self.upgrade(stage)
      #expect(!result.errors.contains("QUIESCE"))
      #expect(stage.fixes == ["Fix 9", "Fix 9"])
      // One at a time: the second node is taken out when the first is in again.
      let done = try stage.journal.done()
      let isIn = try #require(
        done.firstIndex(of: "Old-1: see that the load balancer takes the node for a serving one"))
      let isOut = try #require(done.firstIndex(of: "Old-2: take the node out of the load balancer"))
      #expect(isIn < isOut)
      #expect(try await stage.standing().all("Old", are: "green, nothing, enabled"))
      try await stage.expectComplete(isCountingAll: true)
    }
  }

  @Test(
    "a fix by new instances starts them once the old ones refuse changes", arguments: [GatewayVersion.v10_11, .v11_0])
  func standalone(version: GatewayVersion) async throws {
    try await BlueGreenStage.with(.minorStandalone) {
      ($0.oldVersion, $0.oldCount, $0.newCount) = (version, 1, 1)
    } _: { stage in
      _ = try await Self.upgrade(stage)
      let done = try stage.journal.done()
      let isQuiesced = try #require(done.firstIndex(of: "Old-1: have the gateway refuse design-time changes"))
      let isStarted = try #require(done.firstIndex(of: "New-1: have your command start the gateway"))
      #expect(isQuiesced < isStarted)
      let standing = try await stage.standing()
      #expect(standing.words == ["Old-1": "no answer, -, disabled", "New-1": "green, nothing, enabled"])
      try await stage.expectComplete(isCountingAll: true)
    }
  }

  @Test("a fix that fails on the second node of a cluster leaves the first with it, and is finished by resume")
  func clusterFailure() async throws {
    try await BlueGreenStage.with(.minorCluster) {
      $0.oldVersion = .v11_0
    } _: { stage in
      let script = "\(stage.lab.directory)/no-fix-for-Old-2"
      try "".write(toFile: script, atomically: true, encoding: .utf8)
      try stage.edit { file in
        guard var fix = file["fix"] as? [String: Any], let words = fix["command"] as? [String] else { return }
        let guarded = #"test "$ZDU_NODE" != Old-2 || test ! -e \#(script) || exit 3; exec "$0" "$@""#
        fix["command"] = ["/bin/sh", "-c", guarded] + words
        file["fix"] = fix
      }
      let failed = try await stage.bluegreen("run")
      #expect(failed.code == 91, "\(failed.output)\n\(failed.errors)")
      #expect(try stage.journal.takenBack() == Array(BlueGreenWayBack.startedAgain("Old-2").dropLast()))
      #expect(stage.fixes == ["Fix 9", ""])
      #expect(try await stage.standing().all("Old", are: "green, nothing, enabled"))
      try FileManager.default.removeItem(atPath: script)
      let resumed = try await stage.bluegreen("resume")
      #expect(resumed.code == 0, "\(resumed.output)\n\(resumed.errors)")
      #expect(stage.fixes == ["Fix 9", "Fix 9"])
      try await stage.expectComplete(isCountingAll: true)
    }
  }
}

extension BlueGreenStage {
  /// The level of the fix of each old gateway; empty where it has none.
  fileprivate var fixes: [String] {
    lab.description.old.map { node in
      let file = "\(lab.directory)/gateways/\(node.name)/fix"
      return ((try? String(contentsOfFile: file, encoding: .utf8)) ?? "").replacing("\n", with: "")
    }
  }
}
