import Foundation
import TestDoubles
import Testing

@testable import Upgrade

@Suite("The traffic probe, on a clock that the test moves")
struct TrafficProbeTests {
  /// A probe of one target, its clock, and what it tells.
  private struct Bench {
    let clock = SteppedClock()
    let sender: ScriptedSender
    let journal = EventRecorder()
    let breaches = EventRecorder()
    let probe: TrafficProbe

    init(_ usual: ProbeOutcome? = .answered(.milliseconds(1)), rate: Int = 10, budget: ProbeBudget = ProbeBudget()) {
      let clock = clock
      sender = ScriptedSender(usual)
      let setup = ProbeSetup(targets: [ProbeTarget(url: "https://api/ping")], rate: rate, budget: budget)
      let epoch = Date(timeIntervalSince1970: 1_700_000_000)
      let start = clock.now
      probe = TrafficProbe(setup, sender: sender, journal: journal, clock: clock) {
        epoch.addingTimeInterval(start.duration(to: clock.now).inMilliseconds / 1000)
      }
    }

    func begin() async {
      let breaches = breaches
      await probe.begin { await breaches.record(.breached($0)) }
    }

    /// Moves the clock from one deadline to the next, up to `moment`, and lets the probe do its work at each.
    func run(to moment: Duration) async throws {
      while true {
        try await eventually { clock.nextDeadline != nil }
        guard let next = clock.nextDeadline, next <= moment else { break }
        let count = sender.count
        clock.move(to: next)
        try await eventually { sender.count > count }
        try await settle()
      }
      clock.move(to: moment)
      try await settle()
    }

    /// Lets what is under way come to rest: all but the probes that wait for the test's answer.
    func settle() async throws {
      try await eventually { await probe.underWay == sender.openCount }
      for _ in 0..<20 { await Task.yield() }
    }

    func end() async -> ProbeFigures? {
      await probe.end()
      return await events.compactMap { if case .ended(let figures) = $0 { figures } else { nil } }.first
    }

    var events: [ProbeEvent] {
      get async { await journal.events.compactMap { if case .probe(let event) = $0 { event } else { nil } } }
    }

    var reasons: [String] {
      get async {
        await breaches.events.compactMap { if case .breached(let breach) = $0 { breach.reason } else { nil } }
      }
    }
  }

  @Test("it asks at a steady rate that does not drift, and says at the end what it saw")
  func steady() async throws {
    let bench = Bench()
    await bench.begin()
    try await bench.run(to: .milliseconds(60_050))
    let figures = try #require(await bench.end())
    #expect(bench.sender.count == 601)
    #expect(figures.line == "https://api/ping: 601 probes, 0 failed, longest gap 0 ms, p99 1 ms")
    let reports = await bench.events.filter { if case .figures = $0 { true } else { false } }
    #expect(reports.count == 6, "about every ten seconds")
    #expect(await bench.events.filter(\.isShown).count == 1, "the console is told of the begin only")
  }

  @Test("places that passed while the process stood still are not measured, and not made up for in a burst")
  func starved() async throws {
    let bench = Bench(budget: ProbeBudget(maxFailedProbes: 0))
    await bench.begin()
    try await bench.run(to: .milliseconds(1050))
    #expect(bench.sender.count == 11)
    bench.clock.move(to: .milliseconds(4150))  // 30 places later
    try await eventually { bench.sender.count == 12 }
    try await bench.settle()
    #expect(bench.sender.count == 12)
    try await bench.run(to: .milliseconds(5050))
    let figures = try #require(await bench.end())
    #expect(figures.unmeasured == 30 && figures.failed == 0 && figures.answered == 21, "\(figures.line)")
    let missed = await bench.events.compactMap {
      if case .unmeasured(_, _, .heldUp, let count) = $0 { count } else { nil }
    }
    #expect(missed == [30], "one event for all of them")
    #expect(await bench.reasons.isEmpty, "being blind for three seconds is no breach where no gap is limited")
  }

  @Test(
    "failed probes are all in the journal, with the moment of their sending; the console sees where they begin and end")
  func streak() async throws {
    let bench = Bench()
    await bench.begin()
    try await bench.run(to: .milliseconds(250))
    bench.sender.answerAll(.failed(.status(503)))
    try await bench.run(to: .milliseconds(1250))
    bench.sender.answerAll(.answered(.milliseconds(1)))
    try await bench.run(to: .milliseconds(1350))
    let figures = try #require(await bench.end())
    #expect(figures.failed == 10 && figures.longestGap == 1000)
    let lines = await bench.events.filter(\.isShown).map(\.line).dropFirst()
    #expect(
      lines == [
        "probe https://api/ping: FAILING since 2023-11-14T22:13:20.300Z: it answered 503",
        "probe https://api/ping: good again since 2023-11-14T22:13:21.300Z: 10 probes failed, gap 1,000 ms",
      ])
    #expect(await bench.events.filter { if case .failed = $0 { true } else { false } }.count == 10)
  }

  @Test("a service that comes and goes does not drown the console; what it was not shown is counted")
  func flapping() async throws {
    let bench = Bench()
    for number in 0..<200 where number % 2 == 1 { bench.sender.answer(number, .failed(.refused)) }
    await bench.begin()
    try await bench.run(to: .milliseconds(19_950))
    _ = await bench.end()
    let shown = await bench.events.filter(\.isShown)
    let lines = shown.map(\.line)
    #expect(lines.count == 14, "the begin, six, a report, six: \(lines)")
    #expect(lines.contains { $0.hasSuffix("more lines about it are in the log") })
  }

  @Test("the budget of failed probes is a breach by the first one too many, told once")
  func failedBudget() async throws {
    let bench = Bench(.failed(.refused), budget: ProbeBudget(maxFailedProbes: 3))
    await bench.begin()
    try await bench.run(to: .milliseconds(250))
    #expect(await bench.reasons.isEmpty)
    try await bench.run(to: .milliseconds(5000))
    _ = await bench.end()
    #expect(await bench.reasons == ["https://api/ping: 4 probes failed, 3 are allowed"])
  }

  @Test("a gap is a breach while it lasts, also when probes hang until their time-out")
  func gapBudget() async throws {
    let refused = Bench(.failed(.refused), budget: ProbeBudget(maxGap: .milliseconds(500)))
    await refused.begin()
    try await refused.run(to: .milliseconds(550))
    #expect(await refused.reasons.isEmpty, "500 ms are allowed")
    try await refused.run(to: .milliseconds(650))
    try await eventually { await !refused.reasons.isEmpty }
    #expect(await refused.reasons == ["https://api/ping: no good answer for 600 ms, 500 ms are allowed"])
    _ = await refused.end()

    let hanging = Bench(nil, budget: ProbeBudget(maxGap: .milliseconds(500)))
    await hanging.begin()
    try await hanging.run(to: .milliseconds(2050))
    for number in 0...10 { hanging.sender.answer(number, .failed(.noAnswerInTime)) }
    try await hanging.settle()
    try await hanging.run(to: .milliseconds(2150))
    try await eventually { await !hanging.reasons.isEmpty }
    #expect(await hanging.reasons == ["https://api/ping: no good answer for 1,100 ms, 500 ms are allowed"])
    hanging.sender.answerAll(.failed(.noAnswerInTime))
    for number in 11...30 { hanging.sender.answer(number, .failed(.noAnswerInTime)) }
    _ = await hanging.end()
  }

  @Test("when nothing can be measured any more, that is a breach of its own kind; a moment of it is none")
  func blindness() async throws {
    let bench = Bench(.unmeasured(.noDescriptors), budget: ProbeBudget(maxGap: .seconds(3)))
    await bench.begin()
    try await bench.run(to: .milliseconds(3050))
    #expect(await bench.reasons.isEmpty)
    try await bench.run(to: .milliseconds(3150))
    let figures = try #require(await bench.end())
    #expect(await bench.reasons == ["https://api/ping: could not be measured for 3,100 ms, 3,000 ms are allowed"])
    #expect(figures.failed == 0 && figures.longestGap == 0 && figures.unmeasured == 32)
  }

  @Test("a time-out that was seen much too late says that this process stood still, not the service")
  func lateTimeout() async throws {
    let bench = Bench(nil)
    await bench.begin()
    try await bench.run(to: .milliseconds(50))
    bench.clock.move(to: .seconds(60))
    try await bench.settle()
    bench.sender.answer(0, .failed(.noAnswerInTime))
    bench.sender.answerAll(.answered(.zero))
    for number in 1...2 { bench.sender.answer(number, .answered(.zero)) }
    try await eventually { await bench.events.contains { if case .unmeasured = $0 { true } else { false } } }
    let figures = try #require(await bench.end())
    #expect(figures.failed == 0 && figures.unmeasured > 500, "\(figures.line)")
  }

  @Test("probes that hang are bounded in number: the upgrade needs descriptors too")
  func bounded() async throws {
    let bench = Bench(nil, rate: 1000)
    await bench.begin()
    // A busy machine misses some places.
    var step = 10
    while await !bench.events.contains(where: \.isTooMany), step < 50_000 {
      step += 1
      bench.clock.move(to: .milliseconds(step))
      try await bench.settle()
    }
    #expect(await bench.events.contains(where: \.isTooMany))
    #expect(bench.sender.count == TrafficProbe.mostUnderWay)
    for number in 0..<TrafficProbe.mostUnderWay { bench.sender.answer(number, .answered(.zero)) }
    bench.sender.answerAll(.answered(.zero))
    #expect(await bench.end() != nil)
    #expect(bench.sender.count >= TrafficProbe.mostUnderWay)
  }

  @Test("before the run every target is asked three times, and all that are not well are named at once")
  func problems() async {
    let targets = ["https://a/", "https://b/"].map { ProbeTarget(url: $0) }
    let sender = ScriptedSender(.failed(.status(404)))
    let probe = TrafficProbe(
      ProbeSetup(targets: targets), sender: sender, journal: EventRecorder(), clock: SteppedClock())
    let problems = await probe.problems()
    #expect(
      problems.map(\.text) == [
        "probe https://a/: 3 of 3 failed before anything was changed: it answered 404",
        "probe https://b/: 3 of 3 failed before anything was changed: it answered 404",
      ])
    #expect(sender.count == 6)
    sender.answerAll(.unmeasured(.noDescriptors))
    #expect(
      await probe.problems().first?.text.hasSuffix("not be measured: no file descriptor is left on this host") == true)
    sender.answerAll(.answered(.zero))
    #expect(await probe.problems().isEmpty)
  }
}

/// Waits until `condition` holds, within a bound.
func eventually(_ condition: () async -> Bool) async throws {
  let deadline = ContinuousClock.now + .seconds(10)
  while await !condition() {
    try #require(ContinuousClock.now < deadline, "it did not come")
    await Task.yield()
  }
}

extension ProbeEvent {
  fileprivate var isTooMany: Bool { if case .unmeasured(_, _, .tooManyUnderWay, _) = self { true } else { false } }
}
