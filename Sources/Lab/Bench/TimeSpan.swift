import FoundationEssentials

/// From one time to a later one.
struct TimeSpan: Sendable, Hashable {
  let start: Date
  let end: Date

  /// In seconds.
  var length: Double { end.timeIntervalSince(start) }

  /// The time that any of `spans` covers, as spans in order that do not touch one another.
  static func union(_ spans: [TimeSpan]) -> [TimeSpan] {
    var union: [TimeSpan] = []
    for span in spans.sorted(by: { $0.start < $1.start }) {
      if let last = union.last, span.start <= last.end {
        union[union.count - 1] = TimeSpan(start: last.start, end: max(last.end, span.end))
      } else {
        union.append(span)
      }
    }
    return union
  }

  /// How many seconds of `spans`, which do not overlap, lie between two times.
  static func total(_ spans: [TimeSpan], from start: Date, to end: Date) -> Double {
    spans.map { max(0, min($0.end, end).timeIntervalSince(max($0.start, start))) }.reduce(0, +)
  }
}
