import FoundationEssentials

/// Asks what the users ask, through the balancer, at a steady rate for as long as a run lasts.
///
/// Every probe has its place in time, counted from the begin, so the rate does not drift. What was not sent in its
/// place is not made up for: it could not be measured. The probes know nothing of one another, so one that hangs delays
/// none.
public actor TrafficProbe {
  /// More of one target's probes than this are not under way at a time: the upgrade needs descriptors too.
  static let mostUnderWay = 256
  /// A probe may be sent so much later than its place, where the places are closer together than that.
  static let tolerance = Duration.milliseconds(20)
  private static let reportInterval = Duration.seconds(10)
  /// How long the answers take is noted so often, and after five minutes less often: a long night has room for it too.
  private static let sampleIntervals = (first: Duration.seconds(1), later: Duration.seconds(5))

  private let setup: ProbeSetup
  private let sender: any ProbeSender
  private let journal: any Journal
  private let time: ProbeTime
  private var ledgers: [ProbeLedger]
  private var isBreached: Set<Int> = []
  private var lastLook: [Int: Duration] = [:]
  private var pacers: [Task<Void, Never>] = []
  private(set) var underWay = 0
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private var events: AsyncStream<ProbeEvent>.Continuation?
  private var writer: Task<Void, Never>?
  private var onBreach: @Sendable (Breach) async -> Void = { _ in }
  private var reactions: [Task<Void, Never>] = []

  /// A probe that is not begun.
  ///
  /// - Parameter now: the wall clock, for time stamps only; the rest goes by `clock`.
  public init<C: Clock>(
    _ setup: ProbeSetup, sender: any ProbeSender, journal: any Journal, clock: C,
    now: @escaping @Sendable () -> Date = { Date() }
  ) where C.Duration == Duration {
    self.setup = setup
    self.sender = sender
    self.journal = journal
    time = ProbeTime(clock, now: now)
    ledgers = setup.targets.map { ProbeLedger($0.url) }
  }

  /// Asks every target `count` times and says which of them are not answered as expected; nothing is counted or noted.
  public nonisolated func problems(asking count: Int = 3) async -> [Problem] {
    await setup.targets.concurrentMap { await self.problem(of: $0, asking: count) }.compactMap { $0 }
  }

  /// Begins to probe; to be called once.
  ///
  /// - Parameter onBreach: called at most once for each target, when its budget is spent.
  public func begin(onBreach: @escaping @Sendable (Breach) async -> Void) {
    guard pacers.isEmpty, !setup.targets.isEmpty else { return }
    self.onBreach = onBreach
    let (stream, continuation) = AsyncStream.makeStream(of: ProbeEvent.self)
    events = continuation
    // One after another, and apart from the probing: a slow disk must not delay a probe.
    writer = Task { [journal] in for await event in stream { await journal.record(.probe(event)) } }
    for target in setup.targets { note([.began(question: target.question, rate: setup.rate)]) }
    let begin = time.elapsed()
    for index in setup.targets.indices {
      // Not all at the same moment: the targets may be served by the same few nodes.
      let offset = begin + setup.interval / setup.targets.count * index
      pacers.append(Task { await pace(index, from: offset) })
    }
  }

  /// Sends no more probes, waits for those that are under way, and notes the figures of the whole run.
  public func end() async {
    guard let writer else { return }
    for pacer in pacers { pacer.cancel() }
    for pacer in pacers { await pacer.value }
    while underWay > 0 { await withCheckedContinuation { waiting.append($0) } }
    for index in ledgers.indices { look(at: index) }
    for index in ledgers.indices { note([ledgers[index].sample()].compactMap(\.self)) }
    note(ledgers.map { .ended($0.figures(at: time.elapsed())) })
    events?.finish()
    await writer.value
    for reaction in reactions { await reaction.value }
    self.writer = nil
  }

  private func problem(of target: ProbeTarget, asking count: Int) async -> Problem? {
    var bad: [String] = []
    for _ in 0..<count {
      switch await sender.send(target, timeout: setup.timeout) {
      case .answered: break
      case .failed(let fault): bad.append(fault.text)
      case .unmeasured(let obstacle): bad.append("it could not be measured: \(obstacle.text)")
      }
    }
    guard let last = bad.last else { return nil }
    return Problem(
      node: nil, "probe \(target.url): \(bad.count) of \(count) failed before anything was changed: \(last)",
      remedy: "check the probe's URL, expectedStatus, headers and tls, and that the service is up")
  }
}

// Sending.
extension TrafficProbe {
  /// Sends the probes of one target, each in its place, until it is cancelled.
  private func pace(_ index: Int, from offset: Duration) async {
    let interval = setup.interval
    let slack = max(interval, Self.tolerance)
    var slot = 0
    var report = offset + Self.reportInterval
    var sample = offset + Self.sampleIntervals.first
    while !Task.isCancelled {
      let place = offset + interval * slot
      guard await time.sleep(until: place) else { return }
      let now = time.elapsed()
      if now >= place + slack {
        // The last place that has come is still good to be used.
        let missed = max(1, Int((now - place) / interval))
        let next = offset + interval * (slot + missed)
        note(ledgers[index].miss(missed, at: place, time.date(at: place), next: next, .heldUp))
        slot += missed
      } else {
        send(index, at: place, next: offset + interval * (slot + 1))
        slot += 1
      }
      look(at: index)
      if now >= sample {
        note([ledgers[index].sample()].compactMap(\.self))
        sample = now + (now - offset < .seconds(300) ? Self.sampleIntervals.first : Self.sampleIntervals.later)
      }
      if now >= report {
        note([ledgers[index].report(at: now)])
        report = now + Self.reportInterval
      }
    }
  }

  private func send(_ index: Int, at place: Duration, next: Duration) {
    let sent = time.elapsed()
    let date = time.date(at: sent)
    guard ledgers[index].underWay < Self.mostUnderWay else {
      return note(ledgers[index].miss(1, at: place, date, next: next, .tooManyUnderWay))
    }
    let number = ledgers[index].send(at: place, date, next: next)
    underWay += 1
    Task {
      let outcome = await sender.send(setup.targets[index], timeout: setup.timeout)
      settle(number, of: index, outcome, sent: sent)
    }
  }

  private func settle(_ number: Int, of index: Int, _ outcome: ProbeOutcome, sent: Duration) {
    note(ledgers[index].settle(number, credible(outcome, after: time.elapsed() - sent)))
    underWay -= 1
    if case .answered = outcome {} else { look(at: index) }
    guard underWay == 0 else { return }
    for waiter in waiting { waiter.resume() }
    waiting = []
  }

  /// A time-out that was seen much too late says that this process stood still, not the service.
  private func credible(_ outcome: ProbeOutcome, after elapsed: Duration) -> ProbeOutcome {
    guard outcome == .failed(.noAnswerInTime), elapsed > setup.timeout + max(.seconds(1), setup.timeout / 2) else {
      return outcome
    }
    return .unmeasured(.heldUp)
  }

  /// Calls back when the target's budget is spent, once.
  private func look(at index: Int) {
    let now = time.elapsed()
    // What is certain is looked through probe by probe, so not for each of a thousand a second.
    if let last = lastLook[index], now - last < .milliseconds(10), underWay > 0 { return }
    lastLook[index] = now
    guard !isBreached.contains(index), let reason = ledgers[index].excess(over: setup.budget, at: now) else { return }
    isBreached.insert(index)
    let breach = Breach(reason, at: time.date(at: now))
    reactions.append(Task { [onBreach] in await onBreach(breach) })
  }

  private func note(_ new: [ProbeEvent]) {
    for event in new { events?.yield(event) }
  }
}
