import TestDoubles
import Testing
import Upgrade

@Suite("Operations of a product's interface, and what takes them back")
struct OperationTests {
  private static let copy = Phase("COPY", banner: "COPY", failure: Status("COPY_FAILED", 81), isDisruptive: true)
  private static let shift = Phase("SHIFT", banner: "SHIFT", failure: Status("SHIFT_FAILED", 82), isDisruptive: true)
  private static let boom = Failure(.gateway, "boom")

  private static func operation(_ name: String, isOneTime: Bool = false) -> Action {
    .operation(Operation(name, deadline: 9, isOneTime: isOneTime))
  }

  /// The old node is frozen, its data is copied to the new one, and the traffic is shifted there.
  private static let plan = Plan(
    title: "T", nodes: ["old", "new"].map { Node(name: $0, host: $0, groups: ["g"]) }, phases: [copy, shift],
    stages: [
      Stage(
        "freeze",
        lanes: [
          Lane("old", [Step("old", copy, Act("freeze", operation("freeze")), undo: [Act("thaw", operation("thaw"))])])
        ], concurrency: 1),
      Stage(
        "copy",
        lanes: [
          Lane(
            "new",
            [
              Step("new", copy, Act("look", operation("look"))),
              Step(
                "new", copy, Act("copy", operation("copy", isOneTime: true)),
                undo: [Act("empty", operation("empty", isOneTime: true))],
                until: shift),
            ])
        ], concurrency: 1, interludes: [.consent("there is no cheap way back")]),
      Stage("shift", lanes: [Lane("new", [Step("new", shift, Act("shift", operation("shift")))])], concurrency: 1),
    ])

  private struct AllBack: RollbackHelper {
    func decision(after phase: Phase, failure: Failure, on node: String, results: Results) -> RollbackDecision {
      .rollBack(["new", "old"])
    }
  }

  private func run(
    _ progress: Progress = Progress(), failing: [String: Failure] = [:], saying yes: Bool? = true
  ) async -> ConductedRun {
    let control = RunControl(isConsentGiven: yes == nil)
    return await .of(Self.plan, resuming: progress, failing: failing, helper: AllBack(), control: control) { event in
      guard case .paused = event else { return }
      if yes == true { await control.goOn() } else { await control.stop(because: "no") }
    }
  }

  @Test("before the point of no return the operator is asked; without his word nothing behind it is begun")
  func consent() async {
    let whole = await run()
    #expect(whole.status == .success)
    #expect(whole.performed == ["old: freeze", "new: look", "new: copy", "new: shift"])
    let given = await run(saying: nil)
    #expect(given.status == .success && given.performed == whole.performed)
    #expect(!given.events.contains { if case .paused = $0 { true } else { false } }, "who said yes before is not asked")
    let refused = await run(saying: false)
    #expect(refused.status == .fatalError && refused.performed.last == "new: copy")
    let resumed = await run(Progress(refused.events))
    #expect(resumed.performed == ["new: shift"], "it is asked again, and nothing is done again")
    #expect(resumed.events.contains { if case .paused = $0 { true } else { false } })
  }

  @Test("what a node had accepted before the run was killed is waited for only, by the same try")
  func accepted() async throws {
    let whole = await run()
    let copy = StepID("new", stage: 1, step: 1)
    let begun = try #require(whole.events.firstIndex(of: .stepStarted(copy, title: "copy")))
    let unheard = await run(Progress(whole.events[...begun]))
    #expect(unheard.performed.prefix(2) == ["new: look", "new: copy"])
    #expect(unheard.attempts[1] == Attempt(copy, number: 1))
    let heard = await run(Progress(whole.events[...begun] + [.accepted(copy)]))
    #expect(heard.performed.first == "new: copy")
    #expect(heard.attempts[0] == Attempt(copy, number: 1, isAccepted: true))
    let failed = await run(
      Progress(whole.events[...begun] + [.accepted(copy), .stepEnded(copy, title: "copy", failure: Self.boom)]))
    #expect(failed.attempts.allSatisfy { !$0.isAccepted }, "a try that has ended is another one")
  }

  @Test(
    "of a way back that was cut off, what is more than seeing to a state is not done again; of one that failed it is")
  func cutOffWayBack() async throws {
    let whole = await run(failing: ["new: copy": Self.boom])
    let empty = StepID("new", stage: 1, step: 1).undoing(0)
    let emptied = try #require(whole.events.firstIndex(of: .stepEnded(empty, title: "empty", failure: nil)))
    let before = await run(Progress(whole.events[..<emptied]))
    #expect(before.performed == ["new: empty", "old: thaw"])
    let cutOff = await run(Progress(whole.events[...emptied]))
    #expect(cutOff.performed == ["old: thaw"] && cutOff.status == Self.copy.failure)
    let failed = Event.phaseEnded(node: "new", phase: .rollback, result: .failed(Self.boom))
    let again = await run(Progress(whole.events[...emptied] + [failed]))
    #expect(again.performed == ["new: empty", "old: thaw"])
  }

  @Test("killed behind the last way back, before its end, a resumed run only ends; resumed once more it goes on")
  func cutOffEnd() async throws {
    let whole = await run(failing: ["new: copy": Self.boom])
    let last = try #require(
      whole.events.lastIndex { if case .phaseEnded(_, .rollback, .passed) = $0 { true } else { false } })
    let end = await run(Progress(whole.events[...last]))
    #expect(end.performed.isEmpty && end.status == Self.copy.failure)
    let anew = await run(Progress(whole.events[...last] + end.events))
    #expect(anew.performed.contains("new: copy") && anew.status == .success)
  }

  @Test("an undo that has lapsed is not done; what it belongs to is done again when the run is resumed")
  func lapsed() async {
    let early = await run(failing: ["new: copy": Self.boom])
    #expect(early.status == Self.copy.failure)
    #expect(early.performed.suffix(2) == ["new: empty", "old: thaw"])
    let late = await run(failing: ["new: shift": Self.boom])
    #expect(late.status == Self.shift.failure)
    #expect(late.performed.suffix(2) == ["new: shift", "old: thaw"], "nothing is emptied that may serve")
    for failed in [early, late] {
      let again = await run(Progress(failed.events))
      #expect(again.status == .success)
      #expect(again.performed == ["old: freeze", "new: look", "new: copy", "new: shift"])
    }
  }
}
