import TestDoubles
import Testing
import Upgrade

@Suite("A run that was cut off is continued")
struct ProgressTests {
  private static let plan = RollingPlan().plan

  private func run(_ progress: Progress = Progress(), failing: [String: Failure] = [:]) async -> ConductedRun {
    await .of(Self.plan, resuming: progress, failing: failing)
  }

  /// What had ended well in `events`, as `node: title`.
  private func completed(_ events: ArraySlice<Event>) -> [String] {
    events.compactMap { if case .stepEnded(let id, let title, nil) = $0 { "\(id.node): \(title)" } else { nil } }
  }

  @Test("wherever it was cut off, it ends in success, and no command that ended well is run again")
  func everyCut() async {
    let whole = await run()
    #expect(whole.status == .success && whole.events.count > 60)
    for cut in 1..<whole.events.count {
      let before = whole.events[..<cut]
      let done = completed(before)
      let resumed = await run(Progress(before))
      #expect(resumed.status == .success, "cut at \(cut)")
      for node in RollingPlan.nodes {
        for title in ["prepare", "apply"] {
          let times = (done + resumed.performed).count { $0 == "\(node): \(title)" }
          #expect(times == 1, "cut at \(cut): \(node): \(title) ended well \(times) times")
        }
        // Who was back in service is not taken out again.
        if done.contains("\(node): in") { #expect(!resumed.performed.contains("\(node): out"), "cut at \(cut)") }
        #expect((done + resumed.performed).contains("\(node): serves"))
      }
      // Who was out and not back yet is seen to be out and drained again before anything else is done to it.
      for node in RollingPlan.nodes where done.contains("\(node): out") && !done.contains("\(node): in") {
        #expect(resumed.performed.first == "\(node): out", "cut at \(cut): \(resumed.performed)")
      }
      let all = Progress(before + resumed.events[...])
      #expect(all.outOfService.isEmpty, "cut at \(cut)")
      for node in RollingPlan.nodes {
        for phase in Self.plan.phases { #expect(all.results.result(node, phase) == .passed, "cut at \(cut): \(node)") }
      }
    }
  }

  @Test("a way back that was cut off is walked to its end, and nothing else is done")
  func cutRollback() async {
    let whole = await run(failing: ["B: apply": Failure(.exit, "boom", exitCode: 9)])
    #expect(whole.status == RollingPlan.roll.failure)
    let decision = whole.events.firstIndex { if case .decided = $0 { true } else { false } } ?? 0
    for cut in (decision + 1)..<whole.events.count {
      let progress = Progress(whole.events[..<cut])
      let resumed = await run(progress)
      if progress.pendingRollbacks.isEmpty { continue }
      #expect(!resumed.performed.contains { $0.hasSuffix("apply") }, "cut at \(cut)")
      let all = Progress(whole.events[..<cut] + resumed.events[...])
      #expect(all.pendingRollbacks.isEmpty && all.outOfService.isEmpty, "cut at \(cut): \(resumed.performed)")
      for node in ["A", "B"] {
        let undone = (completed(whole.events[decision..<cut]) + resumed.performed)
        #expect(undone.contains("\(node): start old"), "cut at \(cut)")
      }
    }
  }

  @Test("a failure of which a killed run had not decided what follows is decided of then, and nothing is tried again")
  func undecided() async throws {
    let whole = await run(failing: ["B: apply": Failure(.exit, "boom", exitCode: 9)])
    let failed = try #require(
      whole.events.firstIndex { if case .stepEnded(_, _, _?) = $0 { true } else { false } })
    let decision = try #require(whole.events.firstIndex { if case .decided = $0 { true } else { false } })
    #expect(decision == failed + 2)
    for cut in [failed + 1, failed + 2] {
      let resumed = await run(Progress(whole.events[..<cut]))
      #expect(resumed.status == RollingPlan.roll.failure)
      #expect(resumed.performed == Array(whole.performed.suffix(resumed.performed.count)), "cut at \(cut)")
      #expect(!resumed.performed.contains("B: apply"))
      #expect(resumed.performed.contains("B: start old") && resumed.performed.contains("A: start old"))
    }
  }

  @Test("after a failure that was not taken back, the failed step is done again, and the table forgets the failure")
  func repaired() async {
    let failed = await ConductedRun.of(
      Self.plan, failing: ["B: apply": Failure(.exit, "boom", exitCode: 9)], helper: StandardRollbackHelper(.none))
    #expect(failed.status == RollingPlan.roll.failure)
    let resumed = await run(Progress(failed.events))
    #expect(resumed.status == .success)
    #expect(resumed.performed.prefix(5) == ["B: out", "B: drain", "B: stop old", "B: apply", "B: in"])
  }

  @Test(
    "of two nodes that failed at the same time, both are taken back, also when the run is killed between two decisions")
  func twoFailures() async throws {
    let boom = Failure(.exit, "boom", exitCode: 9)
    func run(_ progress: Progress = Progress()) async -> ConductedRun {
      await .of(
        RollingPlan(isWave: true).plan, resuming: progress, failing: ["B: apply": boom, "C: apply": boom],
        helper: StandardRollbackHelper(.node))
    }
    let whole = await run()
    let decisions = whole.events.indices.filter { if case .decided = whole.events[$0] { true } else { false } }
    try #require(decisions.count == 2)
    for cut in [decisions[0], decisions[0] + 1, decisions[1] + 1] {
      let resumed = await run(Progress(whole.events[..<cut]))
      #expect(resumed.status == RollingPlan.roll.failure)
      for node in ["B", "C"] {
        #expect(resumed.performed.filter { $0 == "\(node): start old" }.count == 1, "cut at \(cut): \(node)")
        #expect(!resumed.performed.contains("\(node): apply"))
      }
      #expect(Progress(whole.events[..<cut] + resumed.events[...]).outOfService.isEmpty)
    }
  }

  @Test("a node that is decided to be taken back, and of which there is nothing to, keeps no resumed run from going on")
  func nothingToTakeBack() async {
    let boom = Failure(.exit, "boom", exitCode: 9)
    let plan = RollingPlan(gate: Gate(.beforeNode, command: ["ask"], onFailure: .rollback)).plan
    let failed = await ConductedRun.of(plan, failing: ["B: ask": boom], helper: StandardRollbackHelper(.node))
    #expect(failed.status == RollingPlan.roll.failure && failed.performed.last == "B: ask")
    #expect(Progress(failed.events).pendingRollbacks.isEmpty)
    let resumed = await ConductedRun.of(plan, resuming: Progress(failed.events))
    #expect(resumed.status == .success && resumed.performed.first == "B: ask")
    #expect(resumed.performed.contains("C: apply"))
  }
}
