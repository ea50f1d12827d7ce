import FoundationEssentials

/// The clock on the wall of a time zone: which instants it shows a time at, and what it shows at an instant.
struct WallClock {
  let zone: TimeZone

  /// The instants at which it shows `second` of `day`, in order: one, or two where it is set back over that time. Where it
  /// is set forward over it, the instant at which that is done.
  func instants(_ second: Int, on day: Int) -> [Date] {
    let shown = day * 86_400 + second
    let around = [-86_400, 86_400].map { shown + $0 - offset(shown + $0) }
    let offsets = Set(around.map(offset))
    let found = offsets.map { shown - $0 }.filter { $0 + offset($0) == shown }.sorted()
    return (found.isEmpty ? [jump(in: around)] : found).map { Date(timeIntervalSince1970: Double($0)) }
  }

  /// The day that it shows at `date`.
  func day(at date: Date) -> Int { floored(shown(at: date), 86_400) }

  /// What it shows at `date`: `2026-11-21 23:00`.
  func text(_ date: Date) -> String {
    let shown = shown(at: date)
    let day = CivilDay(number: floored(shown, 86_400))
    let minute = (shown - floored(shown, 86_400) * 86_400) / 60
    return
      "\(padded(day.year, 4))-\(padded(day.month))-\(padded(day.day)) \(padded(minute / 60)):\(padded(minute % 60))"
  }

  private func shown(at date: Date) -> Int {
    let second = Int(date.timeIntervalSince1970.rounded(.down))
    return second + offset(second)
  }

  private func offset(_ second: Int) -> Int {
    zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second)))
  }

  /// The first second behind the change of the offset that lies between the two instants.
  private func jump(in around: [Int]) -> Int {
    var (before, behind) = (around[0], around[1])
    let old = offset(before)
    while behind - before > 1 {
      let middle = before + (behind - before) / 2
      if offset(middle) == old { before = middle } else { behind = middle }
    }
    return behind
  }

  private func floored(_ number: Int, _ divisor: Int) -> Int {
    number >= 0 ? number / divisor : (number - divisor + 1) / divisor
  }

  private func padded(_ number: Int, _ width: Int = 2) -> String {
    String(repeating: "0", count: max(0, width - String(number).utf8.count)) + String(number)
  }
}
