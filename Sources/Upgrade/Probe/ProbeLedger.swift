import FoundationEssentials

/// Keeps the books of one target's probes and says what is worth an event, and when the budget is spent. Pure.
public struct ProbeLedger: Sendable {
  /// How many lines about one target the console gets between two reports.
  static let linesPerPeriod = 6

  private let url: String
  private var statistics = ProbeStatistics()
  private var timeline = ProbeTimeline()
  private var dates: [Int: Date] = [:]
  private var shown = 0
  private var hidden = 0

  /// Empty books for the target at `url`.
  public init(_ url: String) { self.url = url }

  /// The probes that are under way.
  public var underWay: Int { dates.count }

  /// A probe is sent whose place is `moment` after the begin, and `date` on the wall clock; the next one's is `next`.
  ///
  /// - Returns: its number, for `settle`.
  public mutating func send(at moment: Duration, _ date: Date, next: Duration) -> Int {
    let number = timeline.send(at: .init(moment: moment, date: date), next: next)
    dates[number] = date
    return number
  }

  /// `count` probes from `moment` on were never sent.
  public mutating func miss(
    _ count: Int, at moment: Duration, _ date: Date, next: Duration, _ obstacle: ProbeObstacle
  ) -> [ProbeEvent] {
    statistics.count(.unmeasured(obstacle), number: count)
    let turns = timeline.miss(count, at: .init(moment: moment, date: date), next: next, obstacle)
    return [.unmeasured(url: url, at: date, obstacle: obstacle, count: count)] + turns.map { event(of: $0) }
  }

  /// The outcome of probe `number` is known.
  public mutating func settle(_ number: Int, _ outcome: ProbeOutcome) -> [ProbeEvent] {
    guard let date = dates.removeValue(forKey: number) else { return [] }
    statistics.count(outcome)
    let turns = timeline.settle(number, outcome)
    let events: [ProbeEvent] =
      switch outcome {
      case .answered: []
      case .failed(let fault): [.failed(url: url, at: date, fault: fault)]
      case .unmeasured(let obstacle): [.unmeasured(url: url, at: date, obstacle: obstacle, count: 1)]
      }
    return events + turns.map { event(of: $0) }
  }

  /// The figures at `now` after the begin; a gap that lasts counts.
  public func figures(at now: Duration) -> ProbeFigures {
    statistics.figures(of: url, longestGap: timeline.certain(at: now).gap, isFailing: timeline.isFailing)
  }

  /// The figures at `now` as an event; the console gets its lines again.
  public mutating func report(at now: Duration) -> ProbeEvent {
    defer { (shown, hidden) = (0, 0) }
    return .figures(figures(at: now), hidden: hidden)
  }

  /// How long the answers took since the sample before, as an event; nil where none came.
  public mutating func sample() -> ProbeEvent? { statistics.takeRecent().map { .sample(url: url, $0) } }

  /// Why `budget` is spent at `now`; nil as long as it is not.
  public func excess(over budget: ProbeBudget, at now: Duration) -> String? {
    guard budget.isLimited else { return nil }
    let (gap, blindness) = timeline.certain(at: now)
    return budget.excess(failed: statistics.failed, gap: gap, blindness: blindness).map { "\(url): \($0)" }
  }

  private mutating func event(of turn: ProbeTimeline.Turn) -> ProbeEvent {
    let isShown = shown < Self.linesPerPeriod
    if isShown { shown += 1 } else { hidden += 1 }
    return switch turn {
    case .failing(let date, let fault): .failing(url: url, since: date, fault: fault, isShown: isShown)
    case .recovered(let date, let failed, let gap):
      .recovered(url: url, at: date, failed: failed, gap: gap.inMilliseconds, isShown: isShown)
    case .blind(let date, let obstacle): .blind(url: url, since: date, obstacle: obstacle, isShown: isShown)
    case .seeing(let date, let unmeasured, let duration):
      .seeing(url: url, at: date, unmeasured: unmeasured, duration: duration.inMilliseconds, isShown: isShown)
    }
  }
}
