/// Counts durations in bounded memory: every percentile is right to 1 %, from a microsecond to a day.
///
/// Each power of two is parted into 64 cells of the same width; up to 64 microseconds a cell is a microsecond.
struct LatencyHistogram: Sendable, Hashable {
  private static let cells = 64
  private static let longest = 1 << 37
  private var counts = [Int](repeating: 0, count: Self.cell(of: Self.longest) + 1)
  private(set) var count = 0
  private(set) var longest = Duration.zero

  /// Counts `duration` in.
  mutating func record(_ duration: Duration) {
    counts[Self.cell(of: min(max(0, duration.inMicroseconds), Self.longest))] += 1
    count += 1
    longest = max(longest, duration)
  }

  /// The duration within which `share` (0 to 1) of all were; nil as long as there is none.
  func percentile(_ share: Double) -> Duration? {
    guard count > 0 else { return nil }
    let rank = min(count, max(1, Int((share * Double(count)).rounded(.up))))
    var seen = 0
    for (cell, number) in counts.enumerated() {
      seen += number
      if seen >= rank { return min(longest, .microseconds(Self.middle(of: cell))) }
    }
    return longest
  }

  private static func cell(of microseconds: Int) -> Int {
    guard microseconds >= cells else { return microseconds }
    let power = Int.bitWidth - 1 - microseconds.leadingZeroBitCount - 6
    return power * cells + (microseconds >> power)
  }

  private static func middle(of cell: Int) -> Int {
    guard cell >= 2 * cells else { return cell }
    let power = cell / cells - 1
    return (cell - power * cells) << power + (1 << power) / 2
  }
}

extension Duration {
  /// Whole microseconds.
  var inMicroseconds: Int {
    Int(clamping: components.seconds) * 1_000_000 + Int(components.attoseconds / 1_000_000_000_000)
  }

  /// Milliseconds, to the microsecond.
  var inMilliseconds: Double { Double(inMicroseconds) / 1000 }
}
