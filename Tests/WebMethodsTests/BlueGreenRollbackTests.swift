import Testing
import Upgrade

@testable import WebMethods

@Suite("What follows a failure of a blue-green upgrade")
struct BlueGreenRollbackTests {
  private static let boom = Failure(.gateway, "boom")

  private static func decision(
    _ profile: UpgradeProfile, _ phase: Phase, _ node: String, _ failure: Failure = boom,
    _ policy: RollbackPolicy = .all, disrupted: [String] = ["Old-1", "Old-2", "New-1", "New-2"]
  ) -> RollbackDecision {
    var results = Results()
    for name in disrupted { results.add(name, .traffic, .passed) }
    return BlueGreenRollbackHelper(PlannerBench.settings(profile), policy)
      .decision(after: phase, failure: failure, on: node, results: results)
  }

  @Test("a major upgrade goes back as the vendor says, step by step")
  func major() {
    let newFirst = RollbackDecision.rollBack(["New-1", "New-2", "Old-2", "Old-1"])
    let table: [(Phase, String, RollbackDecision)] = [
      (.start, "New-1", .stop), (.clean, "New-1", .stop),
      (.quiesceDesigntime, "Old-1", .rollBack(["Old-1", "Old-2", "New-2", "New-1"])),
      (.reindexCore, "New-1", newFirst), (.transform, "New-1", newFirst), (.restart, "New-1", newFirst),
      (.restart, "New-2", .rollBack(["New-2", "New-1", "Old-2", "Old-1"])), (.traffic, "New-1", newFirst),
      (.quiesceAll, "Old-1", .rollBack(["Old-1", "Old-2", "New-2", "New-1"])),
      (.quiesceAll, "Old-2", .rollBack(["Old-2", "Old-1", "New-2", "New-1"])), (.reindexLogs, "New-1", .stop),
      (.shutdown, "Old-1", .proceed),
    ]
    for (phase, node, decision) in table {
      #expect(Self.decision(.major, phase, node) == decision, "\(phase.title) on \(node)")
    }
  }

  @Test(
    "a gate that stops, and the policy none, stop it wherever it is; but the old side is shut down as far as can be")
  func stops() {
    for phase in Phase.blueGreen(.major) where phase != .shutdown {
      #expect(Self.decision(.major, phase, "Old-1", Failure(.gate, "no")) == .stop)
      #expect(Self.decision(.major, phase, "Old-1", Self.boom, RollbackPolicy.none) == .stop)
    }
    #expect(Self.decision(.major, .shutdown, "Old-1", Self.boom, RollbackPolicy.none) == .proceed)
    #expect(Self.decision(.major, .shutdown, "Old-1", Failure(.gate, "no")) == .stop)
  }

  @Test("a node to which nothing was done is not told to go back, as it never would be seen to have")
  func untouched() {
    let decision = Self.decision(.major, .reindexCore, "New-1", disrupted: ["New-1", "Old-1", "Old-2"])
    #expect(decision == .rollBack(["New-1", "Old-2", "Old-1"]))
  }

  @Test("where an old node takes changes again, what was copied is taken back too, whatever the policy")
  func together() {
    #expect(Self.decision(.major, .traffic, "New-2", Self.boom, .node) == .rollBack(["New-2"]))
    let all = RollbackDecision.rollBack(["Old-1", "Old-2", "New-2", "New-1"])
    #expect(Self.decision(.major, .quiesceAll, "Old-1", Self.boom, .node) == all)
    #expect(Self.decision(.major, .quiesceAll, "Old-1", Failure(.refused, "capacity")) == all)
  }

  @Test("a fix takes back the failing node of a cluster only; of two sides, the failing one first")
  func minor() {
    for phase in [Phase.shutdown, .fix, .restart, .traffic] {
      #expect(Self.decision(.minorCluster, phase, "Old-2") == .rollBack(["Old-2"]))
    }
    #expect(Self.decision(.minorCluster, .start, "Old-2") == .stop)
    let old = RollbackDecision.rollBack(["Old-2", "Old-1", "New-2", "New-1"])
    #expect(Self.decision(.minorStandalone, .traffic, "Old-2") == old)
    let new = RollbackDecision.rollBack(["New-1", "New-2", "Old-2", "Old-1"])
    #expect(Self.decision(.minorStandalone, .startNew, "New-1") == new)
    #expect(Self.decision(.minorStandalone, .shutdown, "Old-1") == .proceed)
  }

  @Test("the exit codes are those of the blue-green upgrade alone, each once")
  func codes() {
    let phases = Set(UpgradeProfile.allCases.flatMap(Phase.blueGreen))
    #expect(phases.map(\.failure.code).sorted() == Array(81...92))
    #expect(Phase.reindexCore.failure.name == "REINDEX_CORE_FAILED")
    #expect(phases.filter { !$0.isDisruptive } == [.start])
  }
}
