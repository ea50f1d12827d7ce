import TestDoubles
import Testing
import Upgrade

@Suite("A run that goes on by another plan")
struct ReplanningTests {
  private static let basis = RunBasis(
    arguments: [], directory: "/", topologyDigest: nil, optionsDigest: "", planDigest: "", observed: [:])

  private func run(
    _ plan: Plan, _ progress: Progress = Progress(), failing: [String: Failure] = [:],
    rollback: RollbackPolicy = .all
  ) async -> ConductedRun {
    await .of(plan, resuming: progress, failing: failing, helper: StandardRollbackHelper(rollback))
  }

  private static func change(to plan: RollingPlan, behind progress: Progress) throws -> Replanning {
    try Replanner.replanning(to: plan.plan, from: basis, behind: progress)
  }

  /// What ended well in `events`, as `node: title`.
  private static func completed(_ events: some Sequence<Event>) -> [String] {
    events.compactMap { if case .stepEnded(let id, let title, nil) = $0 { "\(id.node): \(title)" } else { nil } }
  }

  static let others = [
    RollingPlan(checks: ["look"]), RollingPlan(order: ["A", "C", "B"]), RollingPlan(apply: "apply2"),
    RollingPlan(checks: ["look", "look"], drain: 7), RollingPlan(order: ["A", "D", "B", "C"], apply: "apply2"),
  ]

  @Test(
    "wherever it was cut off, it ends in success by the new plan, or is refused; no command is run again, or mistaken",
    arguments: others)
  func everyCut(other: RollingPlan) async throws {
    let whole = await run(RollingPlan().plan)
    var refused = 0
    for cut in 1..<whole.events.count {
      let before = whole.events[..<cut]
      guard let change = try? Self.change(to: other, behind: Progress(before)) else {
        refused += 1
        continue
      }
      let events = before + [.replanned(change)]
      let resumed = await run(other.plan, Progress(events))
      #expect(resumed.status == .success, "cut at \(cut)")
      let done = Self.completed(before)
      for node in other.order {
        for title in ["prepare", "apply"] {
          let times = (done + resumed.performed).count { $0 == "\(node): \(title)" }
          #expect(times == 1, "cut at \(cut): \(node): \(title) ended well \(times) times")
        }
        if done.contains("\(node): in") { #expect(!resumed.performed.contains("\(node): out"), "cut at \(cut)") }
        #expect((done + resumed.performed).contains("\(node): serves"))
      }
      let all = Progress(events + resumed.events[...])
      #expect(all.outOfService.isEmpty && all.unfinishedNodes.isEmpty, "cut at \(cut)")
      // A command of the new plan has the name of one that was begun by the old plan only where it is that one.
      let old = Set(Self.begun(before).map { "\($0.title) \($0.id.node) \($0.id.stage) \($0.id.step)" })
      for (attempt, title) in zip(resumed.attempts, resumed.performed) where attempt.number == 1 {
        let place = "\(attempt.step.node) \(attempt.step.stage) \(attempt.step.step)"
        let own = "\(title.split(separator: " ", maxSplits: 1)[1]) \(place)"
        #expect(!old.contains { $0.hasSuffix(" \(place)") } || old.contains(own), "cut at \(cut): \(title)")
      }
    }
    #expect(refused < whole.events.count / 2, "\(refused)")
  }

  private static func begun(_ events: some Sequence<Event>) -> [(id: StepID, title: String)] {
    events.compactMap { if case .stepStarted(let id, let title) = $0 { (id, title) } else { nil } }
  }

  @Test("a run that failed, goes on by a new plan and fails again is taken back by that plan, the old nodes too")
  func takenBack() async throws {
    let boom = ["B: apply": Failure(.exit, "boom", exitCode: 9)]
    let failed = await run(RollingPlan().plan, failing: boom, rollback: .none)
    let other = RollingPlan(checks: ["look"], apply: "apply2")
    #expect(throws: Failure.self, "its place has changed, and the failed command may have been given up only") {
      try Self.change(to: other, behind: Progress(failed.events))
    }
    let repaired = RollingPlan(apply: "apply2")
    let events = failed.events + [.replanned(try Self.change(to: repaired, behind: Progress(failed.events)))]
    let again = await run(repaired.plan, Progress(events), failing: boom)
    #expect(again.status == RollingPlan.roll.failure)
    #expect(again.performed.filter { $0.hasSuffix("start old") } == ["B: start old", "A: start old"])
    let apply = try #require(zip(again.performed, again.attempts).first { $0.0 == "B: apply" }).1
    #expect(apply.number == 2, "it is another job than the one that failed")
  }

  @Test("what was begun and would be lost, taken for something else or taken back otherwise is named")
  func refused() async throws {
    let whole = await run(RollingPlan().plan)
    func reason(_ plan: RollingPlan, _ events: [Event]) -> String {
      do {
        _ = try Self.change(to: plan, behind: Progress(events))
        return "none"
      } catch { return "\(error)" }
    }
    #expect(reason(RollingPlan(order: ["A", "C"]), whole.events).contains("B: 'out' of ROLL was begun"))
    let apply = try #require(
      whole.events.firstIndex { if case .stepStarted(let id, "apply") = $0 { id.node == "B" } else { false } })
    let cut = Array(whole.events[...apply])
    #expect(reason(RollingPlan(apply: "apply2"), cut).contains("'apply' of ROLL was cut off and may still run"))
    #expect(reason(RollingPlan(drain: 9), cut) == "none")
    let failed = await run(RollingPlan().plan, failing: ["B: apply": Failure(.exit, "boom", exitCode: 9)])
    let decision = try #require(failed.events.firstIndex { if case .decided = $0 { true } else { false } })
    let back = Array(failed.events[...(decision + 1)])
    #expect(reason(RollingPlan(order: ["C", "A", "B"]), back).contains("it is being taken back"))
    #expect(reason(RollingPlan(drain: 9), back) == "none")
  }

  @Test("the operator is shown what changes, each change once for all nodes, and what was done otherwise")
  func shown() async throws {
    let whole = await run(RollingPlan().plan)
    let progress = Progress(
      whole.events.prefix { if case .stepStarted(let id, _) = $0 { id.node != "B" || id.stage == 0 } else { true } })
    func lines(_ plan: RollingPlan) throws -> [String] {
      ReplanningText(try Self.change(to: plan, behind: progress), behind: progress).lines
    }
    #expect(try lines(RollingPlan()) == ["The new plan has the same steps as the old one."])
    #expect(
      try lines(RollingPlan(checks: ["look"], apply: "apply2", drain: 9)) == [
        "The new plan:", "  + B, C: ROLL: look", "  ! A: ROLL: apply was done by /bin/apply, and is not repeated",
        "  ~ B, C: ROLL: drain with other limits", "  ~ B, C: ROLL: apply by /bin/apply2",
      ])
    #expect(try lines(RollingPlan(order: ["A", "C", "B"])).contains("  = roll C"))
  }
}
