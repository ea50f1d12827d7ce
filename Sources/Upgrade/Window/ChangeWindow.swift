import FoundationEssentials

/// When nodes may be changed: from one instant to another, either of which may be open.
///
/// A time that comes every day is its next one; but of a window with both ends, the one that is open now is meant if there
/// is one: 23:00 to 04:00 is open at 23:30 and at 01:00, and waited for at 22:00 and at 05:00. A time that the clock shows
/// twice, as it is set back, is taken so that the window is the smaller; one that it leaves out is the moment in which it
/// is set forward.
public struct ChangeWindow: Sendable, Hashable {
  /// What the window says to an act.
  public enum Verdict: Sendable, Hashable {
    /// It may be begun.
    case fits
    /// Not before the window opens.
    case notYet
    /// So much is left, none or less where it has closed.
    case tooLate(left: Duration)
  }

  /// When it opens; nil: it is open.
  public let opens: Date?
  /// When it closes; nil: it does not.
  public let closes: Date?
  /// The time zone in which it is written.
  public let zone: TimeZone

  /// The window from `opens` to `closes`.
  public init(opens: Date?, closes: Date?, zone: TimeZone) {
    (self.opens, self.closes, self.zone) = (opens, closes, zone)
  }

  /// The window that the operator means at `now`.
  ///
  /// - Throws: `Failure` of kind `.refused` for one that is over, or that opens when it closes or later.
  public init(notBefore: WindowTime?, notAfter: WindowTime?, zone: TimeZone, now: Date) throws(Failure) {
    let ends = WindowEnds(clock: WallClock(zone: zone), now: now)
    let (opens, closes) = ends.resolve(notBefore, notAfter)
    self.init(opens: opens, closes: closes, zone: zone)
    if let opens, let closes, opens >= closes || notBefore == notAfter {
      throw Failure(.refused, "--not_after: \(text(closes)) is not behind --not_before, \(text(opens))")
    }
    if let closes, closes <= now { throw Failure(.refused, "--not_after: \(text(closes)) is in the past") }
  }

  /// What it says at `now` to an act that may take as long as `estimate`; nil where nobody knows.
  public func verdict(at now: Date, for estimate: Duration?) -> Verdict {
    if let opens, now < opens { return .notYet }
    guard let closes else { return .fits }
    let left = Duration.seconds(closes.timeIntervalSince(now))
    return left > .zero && left >= estimate ?? .zero ? .fits : .tooLate(left: left)
  }

  /// `date` as the operator would write it, with the time zone.
  public func text(_ date: Date) -> String { "\(WallClock(zone: zone).text(date)) \(zone.identifier)" }

  /// The window in words: `from 2026-11-21 23:00 Europe/Berlin to 2026-11-22 04:00 Europe/Berlin`.
  public var description: String {
    [opens.map { "from \(text($0))" }, closes.map { "to \(text($0))" }].compactMap { $0 }.joined(separator: " ")
  }
}

/// Finds the instants that the operator means.
private struct WindowEnds {
  let clock: WallClock
  let now: Date

  func resolve(_ notBefore: WindowTime?, _ notAfter: WindowTime?) -> (opens: Date?, closes: Date?) {
    guard let notBefore else { return (nil, notAfter.flatMap { first($0, after: now) }) }
    if notBefore.day != nil {
      let opens = last(notBefore, on: 0)
      return (opens, notAfter.flatMap { first($0, after: $0.day == nil ? opens : now) })
    }
    let today = clock.day(at: now)
    guard let notAfter else { return ((today...today + 1).map { last(notBefore, on: $0) }.first(where: isToCome), nil) }
    if notAfter.day != nil {
      guard let closes = first(notAfter, after: now) else { return (nil, nil) }
      let end = clock.day(at: closes)
      let openings = [today, today + 1].map { last(notBefore, on: $0) }.filter { isToCome($0) && $0 < closes }
      return (openings.first ?? [end, end - 1].map { last(notBefore, on: $0) }.first { $0 < closes }, closes)
    }
    for day in today - 2...today + 2 {
      let opens = last(notBefore, on: day)
      if let closes = first(notAfter, after: opens), closes > now { return (opens, closes) }
    }
    return (nil, nil)
  }

  /// Whether `date` is not past, this very minute included.
  private func isToCome(_ date: Date) -> Bool { date.timeIntervalSince(now) > -60 }

  /// The instant that `time` means on its own day, or else on `day`: the later of two.
  private func last(_ time: WindowTime, on day: Int) -> Date {
    clock.instants(time.second, on: time.day ?? day).last ?? now
  }

  /// The instant that `time` means on its own day, or the first one behind `date`: the earlier of two.
  private func first(_ time: WindowTime, after date: Date) -> Date? {
    if let day = time.day { return clock.instants(time.second, on: day).first }
    let day = clock.day(at: date)
    return (day - 1...day + 2).flatMap { clock.instants(time.second, on: $0) }.first { $0 > date }
  }
}
