import FoundationEssentials

/// The probes of one target in the order of their sending, however late or mixed their outcomes come in. Pure.
///
/// It keeps only what is not settled, and what was sent behind that.
struct ProbeTimeline: Sendable {
  /// What settling a probe has made certain.
  enum Turn: Hashable {
    case failing(since: Date, ProbeFault)
    case recovered(at: Date, failed: Int, gap: Duration)
    case blind(since: Date, ProbeObstacle)
    case seeing(at: Date, unmeasured: Int, for: Duration)
  }

  private struct Entry {
    let place: ProbeStreak.Place
    let number: Int
    var outcome: ProbeOutcome?
  }

  private var entries: [Entry] = []
  private var head = 0
  private var settled = 0
  private var failing = ProbeStreak()
  private var blind = ProbeStreak()

  /// The place of the next probe: no good one can be sent before it.
  private(set) var next = Duration.zero

  /// Whether the last measured probe that is settled, with all before it, failed.
  var isFailing: Bool { failing.begin != nil }

  /// How many probes it keeps.
  var openCount: Int { entries.count - head }

  /// A probe is sent; its number is for `settle`.
  mutating func send(at place: ProbeStreak.Place, next: Duration) -> Int {
    entries.append(Entry(place: place, number: 1, outcome: nil))
    self.next = next
    return settled + entries.count - head - 1
  }

  /// `number` probes, the first of them at `place`, were never sent.
  mutating func miss(_ number: Int, at place: ProbeStreak.Place, next: Duration, _ obstacle: ProbeObstacle) -> [Turn] {
    entries.append(Entry(place: place, number: number, outcome: .unmeasured(obstacle)))
    self.next = next
    return fold()
  }

  /// The outcome of a probe is known.
  mutating func settle(_ number: Int, _ outcome: ProbeOutcome) -> [Turn] {
    entries[head + number - settled].outcome = outcome
    return fold()
  }

  /// The longest times without a good answer, and without any answer at all, that are certain at `now`; a probe that
  /// is still under way may yet come back well, so it ends what is certain.
  func certain(at now: Duration) -> (gap: Duration, blindness: Duration) {
    let horizon = min(now, next)
    var (failing, blind) = (failing, blind)
    for entry in entries[head...] {
      if let outcome = entry.outcome {
        _ = failing.take(outcome.gapMark, at: entry.place, number: entry.number)
        _ = blind.take(outcome.blindMark, at: entry.place, number: entry.number)
      } else {
        failing.breakOff(at: entry.place.moment)
        blind.breakOff(at: entry.place.moment)
      }
    }
    return (failing.surely(until: horizon), blind.surely(until: horizon))
  }

  /// Takes in what is settled up to the first probe that is not.
  private mutating func fold() -> [Turn] {
    var turns: [Turn] = []
    while head < entries.count, let outcome = entries[head].outcome {
      let (place, number) = (entries[head].place, entries[head].number)
      turns += self.turns(outcome, at: place, number)
      head += 1
      settled += 1
    }
    if head > 1024 || head == entries.count {
      entries.removeFirst(head)
      head = 0
    }
    return turns
  }

  private mutating func turns(_ outcome: ProbeOutcome, at place: ProbeStreak.Place, _ number: Int) -> [Turn] {
    var turns: [Turn] = []
    switch (failing.take(outcome.gapMark, at: place, number: number), outcome) {
    case (.began, .failed(let fault)): turns.append(.failing(since: place.date, fault))
    case (.ended(let count, let gap), _): turns.append(.recovered(at: place.date, failed: count, gap: gap))
    default: break
    }
    switch (blind.take(outcome.blindMark, at: place, number: number), outcome) {
    case (.began, .unmeasured(let obstacle)): turns.append(.blind(since: place.date, obstacle))
    case (.ended(let count, let time), _): turns.append(.seeing(at: place.date, unmeasured: count, for: time))
    default: break
    }
    return turns
  }
}

extension ProbeOutcome {
  /// What the outcome means for a gap in the service.
  fileprivate var gapMark: ProbeStreak.Mark {
    switch self {
    case .answered: .good
    case .failed: .bad
    case .unmeasured: .neither
    }
  }

  /// What the outcome means for our sight of the service.
  fileprivate var blindMark: ProbeStreak.Mark {
    switch self {
    case .answered, .failed: .good
    case .unmeasured: .bad
    }
  }
}
