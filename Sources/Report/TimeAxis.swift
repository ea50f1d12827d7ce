import FoundationEssentials

/// Where on the report's time axis a moment stands, in percent. Times in which no process had the run in hand are cut
/// short, so that a run that was resumed the next day can still be read.
struct TimeAxis: Sendable {
  /// A part of the axis: the times it stands for, and its place.
  struct Segment: Sendable {
    let began: Date
    let ended: Date
    let from: Double
    let to: Double
  }

  /// A moment that is marked.
  struct Tick: Sendable {
    let place: Double
    let text: String
  }

  /// The parts in which the run was in hand.
  let segments: [Segment]
  private static let cut = 2.0

  /// An axis for what happened in `spans`, which are in their order.
  init(_ spans: [TimeSpan]) {
    let spans = Self.merged(spans)
    let total = spans.reduce(0) { $0 + $1.seconds(until: $1.began) }
    let width = 100 - Self.cut * Double(max(0, spans.count - 1))
    var segments: [Segment] = []
    var place = 0.0
    for span in spans {
      let share = total > 0 ? span.seconds(until: span.began) / total : 1 / Double(spans.count)
      segments.append(
        Segment(began: span.began, ended: span.ended ?? span.began, from: place, to: place + width * share))
      place += width * share + Self.cut
    }
    self.segments = segments
  }

  /// Puts together what is less than two minutes apart.
  private static func merged(_ spans: [TimeSpan]) -> [TimeSpan] {
    spans.reduce(into: []) { merged, span in
      if let last = merged.last, let ended = last.ended, span.began.timeIntervalSince(ended) < 120 {
        merged[merged.count - 1].ended = max(ended, span.ended ?? span.began)
      } else {
        merged.append(span)
      }
    }
  }

  /// The place of `date`, 0 to 100.
  func place(_ date: Date) -> Double {
    for segment in segments where date <= segment.ended {
      let length = segment.ended.timeIntervalSince(segment.began)
      guard date > segment.began, length > 0 else { return segment.from }
      return segment.from + (segment.to - segment.from) * date.timeIntervalSince(segment.began) / length
    }
    return 100
  }

  /// Moments worth a mark, at most about ten.
  var ticks: [Tick] {
    let total = segments.reduce(0) { $0 + $1.ended.timeIntervalSince($1.began) }
    let steps: [Double] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400]
    let step = steps.first { total / $0 <= 9 } ?? 86400 * (total / 86400 / 9).rounded(.up)
    return segments.flatMap { segment in
      let first = (segment.began.timeIntervalSince1970 / step).rounded(.up) * step
      return stride(from: first, through: segment.ended.timeIntervalSince1970, by: step).map {
        let date = Date(timeIntervalSince1970: $0)
        return Tick(place: place(date), text: TimeText.clock(date))
      }
    }
  }

  /// The places where time was cut out.
  var cuts: [Double] { segments.dropLast().map { $0.to + Self.cut / 2 } }
}
