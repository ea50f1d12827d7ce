import Foundation
import Synchronization
import TestDoubles
import Testing
import Upgrade

@Suite("The conductor and the change window")
struct ConductorWindowTests: ConductedRuns {
  /// A clock on the wall, in seconds behind the epoch, that a test sets.
  private final class Wall: Sendable {
    let seconds = Mutex(0.0)
    func pass(_ count: Double) { seconds.withLock { $0 += count } }
    func window(closes: Double, ask: (@Sendable (String) async -> Bool)? = nil) -> WindowGuard {
      let zone = TimeZone(secondsFromGMT: 0) ?? .gmt
      return WindowGuard(
        ChangeWindow(opens: nil, closes: Date(timeIntervalSince1970: closes), zone: zone),
        now: { Date(timeIntervalSince1970: self.seconds.withLock { $0 }) }, continuation: "zdupgrade resume X", ask: ask
      )
    }
  }

  private func notes(_ run: ConductedRun) -> [String] {
    run.events.compactMap { if case .note(nil, let text) = $0 { text } else { nil } }
  }

  @Test("a node that does not fit any more is not begun; what is done stays, and the rest is named")
  func closed() async {
    let wall = Wall()
    // Node A takes 100 s, and 90 are left for B.
    let run = await run(window: wall.window(closes: 190), when: "A: stop") { _, _ in wall.pass(100) }
    #expect(run.status == .windowClosed)
    #expect(run.status.code == 78)
    #expect(run.performed == ["A: out", "A: confirm", "A: stop", "A: in", "A: serves"])
    #expect(
      notes(run) == [
        "B: not begun, a node takes up to 1 min 40 s, and 1 min 30 s are left until the change window closes at "
          + "1970-01-01 00:03 GMT; left: B, C; 'zdupgrade resume X' continues"
      ])
    #expect(run.events.last == .runEnded(.windowClosed))
    #expect(!run.events.contains { if case .phaseStarted("B", _) = $0 { true } else { false } })
  }

  @Test("nodes that fit to the second are done")
  func fits() async {
    let wall = Wall()
    let run = await run(window: wall.window(closes: 200), when: "A: stop") { _, _ in wall.pass(100) }
    #expect(run.status == .success)
    #expect(notes(run) == [])
  }

  @Test("the longest counts, not the last")
  func longest() async {
    let wall = Wall()
    let run = await run(
      window: wall.window(closes: 250),
      onEvent: { _, _ in }, during: ["A: stop": { wall.pass(100) }, "B: stop": { wall.pass(60) }])
    #expect(run.status == .windowClosed)
    #expect(run.performed.contains("B: serves") && !run.performed.contains("C: out"))
  }

  @Test("the first node has no estimate, and is begun as long as the window is open")
  func first() async {
    let wall = Wall()
    wall.pass(99)
    let run = await run(window: wall.window(closes: 100), when: "A: stop") { _, _ in wall.pass(1000) }
    #expect(run.performed.last == "A: serves", "what was begun is finished behind the window's end")
    #expect(notes(run).first?.hasPrefix("B: not begun, the change window closed at 1970-01-01 00:01 GMT") == true)
    let late = await self.run(window: wall.window(closes: 100))
    #expect(late.status == .windowClosed && late.performed.isEmpty)
  }

  @Test("the operator may let a node begin all the same, and is asked again for the next one")
  func asked() async {
    let wall = Wall()
    let questions = Mutex<[String]>([])
    let window = wall.window(closes: 150) { question in
      questions.withLock {
        $0.append(question)
        return $0.count == 1
      }
    }
    let run = await run(window: window, when: "A: stop") { _, _ in wall.pass(100) }
    #expect(run.status == .windowClosed)
    #expect(run.performed.contains("B: serves") && !run.performed.contains("C: out"))
    #expect(questions.withLock { $0.map { $0.prefix(2) } } == ["B:", "C:"])
    #expect(notes(run).first?.hasSuffix("the operator lets it begin all the same") == true)
  }

  @Test("a stop while the operator is asked is not held up by the question")
  func stoppedWhileAsked() async {
    let wall = Wall()
    let window = wall.window(closes: 150) { _ in
      try? await Task.sleep(for: .seconds(60))
      return true
    }
    let start = ContinuousClock.now
    let run = await run(
      window: window, when: "A: stop", { _, _ in wall.pass(100) },
      onEvent: { event, control in
        if case .phaseEnded("A", _, _) = event { await control.stop(because: "SIGINT was received") }
      })
    #expect(run.status == .fatalError)
    #expect(!run.performed.contains("B: out"))
    #expect(ContinuousClock.now - start < .seconds(30))
  }

  @Test("a resumed run finishes the node that is half done although the window is closed")
  func resumed() async {
    let wall = Wall()
    wall.pass(1000)
    let plan = Self.plan()
    let progress = Upgrade.Progress([
      .runStarted(plan), .stepStarted(StepID("A", stage: 0, step: 0), title: "out"),
      .stepEnded(StepID("A", stage: 0, step: 0), title: "out", failure: nil),
    ])
    let run = await run(plan, window: wall.window(closes: 100), resuming: progress)
    #expect(run.performed.last == "A: serves")
    #expect(run.status == .windowClosed)
  }

  @Test("before it opens the run waits, and says until when; a stop ends the wait at once")
  func waits() async {
    let zone = TimeZone(secondsFromGMT: 0) ?? .gmt
    let clock = ManualClock()
    let journal = EventRecorder()
    func conductor(_ control: RunControl, clock: any Clock<Duration>, now: @escaping @Sendable () -> Date) -> Conductor
    {
      let window = ChangeWindow(opens: Date(timeIntervalSince1970: 5400), closes: nil, zone: zone)
      return Conductor(
        executor: ScriptedExecutor(), journal: journal, rollbackHelper: StandardRollbackHelper(.all), control: control,
        clock: clock, window: WindowGuard(window, now: now))
    }
    let start = clock.now
    await conductor(RunControl(), clock: clock) {
      let (seconds, fraction) = start.duration(to: clock.now).components
      return Date(timeIntervalSince1970: Double(seconds) + Double(fraction) / 1e18)
    }.untilWindowOpens()
    #expect(start.duration(to: clock.now) == .seconds(5400))
    #expect(
      await journal.events == [
        .note(node: nil, text: "waits 1 h 30 min for the change window, which opens at 1970-01-01 01:30 GMT")
      ])
    let control = RunControl()
    let begun = ContinuousClock.now
    let task = Task {
      await conductor(control, clock: ContinuousClock()) { Date(timeIntervalSince1970: 0) }.untilWindowOpens()
    }
    await control.stop(because: "SIGINT was received")
    await task.value
    #expect(ContinuousClock.now - begun < .seconds(30))
  }
}
