import FoundationEssentials

/// Follows one kind of trouble through probes in the order of their sending: from the first one that had it to the
/// first one that was free of it.
struct ProbeStreak: Sendable, Hashable {
  /// What a probe means for the streak.
  enum Mark { case bad, good, neither }

  /// Where a probe stands.
  struct Place: Sendable, Hashable {
    /// Its moment, from the begin of the run.
    let moment: Duration
    /// The same on the wall clock.
    let date: Date
  }

  /// What a probe changed.
  enum Turn: Hashable {
    case began
    /// With the number of bad ones, and the time from the first of them.
    case ended(Int, Duration)
  }

  /// The streak's first probe; nil outside of a streak.
  private(set) var begin: Place?
  /// The probes that were bad in the streak.
  private(set) var count = 0
  /// The longest streak that has ended, or was surely as long.
  private(set) var longest = Duration.zero

  /// Takes in the next probe, which stands for `number` of them.
  mutating func take(_ mark: Mark, at place: Place, number: Int = 1) -> Turn? {
    switch (mark, begin) {
    case (.neither, _), (.good, nil): return nil
    case (.bad, nil):
      (begin, count) = (place, number)
      return .began
    case (.bad, .some):
      count += number
      return nil
    case (.good, .some(let first)):
      let length = place.moment - first.moment
      longest = max(longest, length)
      begin = nil
      return .ended(count, length)
    }
  }

  /// A probe whose outcome is open may end the streak: it is surely no longer than up to `moment`.
  mutating func breakOff(at moment: Duration) {
    longest = surely(until: moment)
    begin = nil
  }

  /// The longest time that was surely without a good probe, where none can have been sent before `moment`.
  func surely(until moment: Duration) -> Duration {
    max(longest, begin.map { moment - $0.moment } ?? .zero)
  }
}
