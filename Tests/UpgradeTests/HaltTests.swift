import Synchronization
import TestDoubles
import Testing
import Upgrade

@Suite("A run that is ended at once, in memory")
struct HaltTests: ConductedRuns {
  private struct Listener: EventReader {
    let recorder: EventRecorder
    func read(_ event: Event) async { await recorder.record(event) }
  }

  @Test("a halted feed takes what has happened, and holds whoever announces an act")
  func halt() async {
    let recorder = EventRecorder()
    let feed = EventFeed([Listener(recorder: recorder)])
    let id = StepID("A", stage: 0, step: 0)
    await feed.record(.stepStarted(id, title: "out"))
    await feed.halt()
    let isHeld = Mutex(true)
    // It is never resumed, as nothing is behind the halt but the process's end.
    Task {
      await feed.record(.stepStarted(StepID("A", stage: 0, step: 1), title: "stop"))
      isHeld.withLock { $0 = false }
    }
    for _ in 0..<100 { await Task.yield() }
    await feed.record(.stepEnded(id, title: "out", failure: nil))
    await feed.record(.note(node: nil, text: "ended at once"))
    #expect(isHeld.withLock { $0 })
    #expect(
      await recorder.events == [
        .stepStarted(id, title: "out"), .stepEnded(id, title: "out", failure: nil),
        .note(node: nil, text: "ended at once"),
      ])
  }

  @Test("a change at the load balancer is under way from its step's beginning to its end; a drain or a look is none")
  func changes() async {
    let plan = Self.plan()
    let changes = BalancerChanges()
    let clock = ManualClock()
    func step(_ number: Int, undo: Int? = nil) -> StepID { StepID("A", stage: 0, step: number, undo: undo) }
    await changes.read(.runStarted(plan))
    for quiet in [step(1), step(2), step(4), step(3, undo: 1)] {
      await changes.read(.stepStarted(quiet, title: "quiet"))
      #expect(await changes.untilSettled(within: .seconds(10), by: clock).isEmpty)
    }
    for (id, title) in [(step(0), "out"), (step(3), "in"), (step(3, undo: 0), "out again"), (step(0, undo: 0), "back")]
    {
      await changes.read(.stepStarted(id, title: title))
      let start = clock.now
      #expect(await changes.untilSettled(within: .seconds(10), by: clock) == ["A: \(title)"])
      #expect(start.duration(to: clock.now) == .seconds(10))
      await changes.read(.stepEnded(id, title: title, failure: nil))
      #expect(await changes.untilSettled(within: .seconds(10), by: clock).isEmpty)
    }
  }
}
