import TestDoubles
import Testing
import Upgrade

@Suite("What outlives a run")
struct AttemptTests {
  private static let roll = Phase("ROLL", banner: "ROLL", failure: Status("ROLL_FAILED", 73), isDisruptive: true)
  private static let plan = Plan(
    title: "T", nodes: [Node(name: "A", host: "A", groups: [])], phases: [roll],
    stages: [
      Stage(
        "roll",
        lanes: [
          Lane(
            "A",
            [
              Step("A", roll, Act("stop", goal(.stopped)), undo: [Act("start", goal(.running))]),
              Step("A", roll, Act("apply", .run(Command("/apply"), timeout: nil)), undo: [Act("end", goal(.stopped))]),
            ])
        ], concurrency: 1)
    ])
  private static let apply = StepID("A", stage: 0, step: 1)

  private static func goal(_ wanted: ProcessGoal.State) -> Action {
    .ensure(ProcessGoal(wanted, check: Command("/check"), act: Command("/act"), deadline: 1))
  }

  private func run(
    _ executor: ScriptedExecutor, resuming progress: Progress = Progress()
  ) async -> (status: Status, events: [Event]) {
    let journal = EventRecorder()
    let conductor = Conductor(
      executor: executor, journal: journal, rollbackHelper: StandardRollbackHelper(.all), clock: ManualClock())
    let status = await conductor.run(Self.plan, resuming: progress)
    return (status, await journal.events)
  }

  /// A run that was cut off in its apply.
  private func cutOff() async -> Progress {
    let events = await run(ScriptedExecutor()).events
    let cut = events.firstIndex { if case .stepStarted(Self.apply, _) = $0 { true } else { false } } ?? 0
    return Progress(events[...cut])
  }

  @Test("the name of a job is fit for a folder and unique, whatever the node is called")
  func names() {
    #expect(Attempt(StepID("Node-A", stage: 2, step: 5), number: 1).jobName == "Node-A.2.5.1")
    #expect(Attempt(StepID("Node-A", stage: 2, step: 5, undo: 0), number: 3).jobName == "Node-A.2.5u0.3")
    let names = ["", ".", "..", "a/b", "a b", "Ü", "-x", String(repeating: "x", count: 300)].map {
      Attempt(StepID($0, stage: 0, step: 0), number: 1).jobName
    }
    #expect(Set(names).count == names.count)
    for name in names { #expect((try? DetachedJob(run: "r", step: name)) != nil, "\(name)") }
  }

  @Test("a command that the node knows is followed before anything else; one that it does not know is begun anew")
  func found() async {
    let progress = await cutOff()
    let known = ScriptedExecutor(knowing: ["A.0.1.1"])
    #expect(await run(known, resuming: progress).status == .success)
    #expect(await known.performed == ["A: apply"])
    let unknown = ScriptedExecutor()
    #expect(await run(unknown, resuming: progress).status == .success)
    #expect(await unknown.performed == ["A: stop", "A: apply"], "that it is stopped is seen to again")
    #expect(await unknown.attempts.map(\.number) == [2, 1], "the stop had ended, the apply had not")
  }

  @Test("what failed is another attempt when it is done again")
  func again() async {
    let failing = ScriptedExecutor(failingAt: ["A: apply": Failure(.exit, "boom", exitCode: 9)])
    let events = await run(failing).events
    let again = ScriptedExecutor()
    #expect(await run(again, resuming: Progress(events)).status == .success)
    #expect(await again.attempts.last == Attempt(Self.apply, number: 2))
  }

  @Test("before a node is taken back, what may still run of its steps is ended; where that fails it is left")
  func ended() async {
    let failure = Failure(.timeout, "boom")
    let ended = ScriptedExecutor(failingAt: ["A: apply": failure])
    #expect(await run(ended).status == Self.roll.failure)
    #expect(await ended.ended.prefix(2) == ["A: end A.0.1.1", "A: end A.0.1.2"])
    #expect(await ended.performed == ["A: stop", "A: apply", "A: end", "A: start"])

    let stuck = ScriptedExecutor(failingAt: ["A: apply": failure, "A: end A.0.1.1": failure])
    let left = await run(stuck)
    #expect(left.status == .rollbackFailed)
    #expect(await stuck.performed == ["A: stop", "A: apply"], "nothing is done that works against it")
    #expect(left.events.contains { if case .stranded(let node) = $0 { node.node == "A" } else { false } })
  }

  @Test("what is on the node is removed at the end: all of it after a success")
  func cleanUp() async {
    let good = ScriptedExecutor()
    _ = await run(good)
    #expect(await good.ended == ["A: clean up all"])
    let bad = ScriptedExecutor(failingAt: ["A: apply": Failure(.exit, "boom")])
    _ = await run(bad)
    #expect(await bad.ended.last == "A: clean up")
    let gone = ScriptedExecutor(failingAt: ["A: clean up all": Failure(.unreachable, "gone")])
    let (status, events) = await run(gone)
    #expect(status == .success, "it does no harm")
    #expect(events.contains { if case .note("A", let text) = $0 { text.contains("gone") } else { false } })
  }

  @Test("a step that the node says is done is gone past, and taken back with the others")
  func believed() async {
    let progress = Progress([.runStarted(Self.plan), .believed(Self.apply, isDone: true, why: "")])
    let executor = ScriptedExecutor()
    let (status, events) = await run(executor, resuming: progress)
    #expect(status == .success)
    #expect(await executor.performed == ["A: stop"])
    #expect(Progress(events).begun["A"]?.contains(Self.apply) == true)
  }

  @Test("nodes that the operator wants back are taken back, and that is what the status says")
  func ordered() async {
    let whole = await run(ScriptedExecutor()).events
    let executor = ScriptedExecutor()
    let (status, events) = await run(executor, resuming: Progress(whole + [.takingBack(["A"])]))
    #expect(status == .rolledBack && status.code == 0)
    #expect(await executor.performed == ["A: end", "A: start"])
    #expect(Progress(whole + [.takingBack(["A"])] + events).disruptedNodes.isEmpty)
  }
}
