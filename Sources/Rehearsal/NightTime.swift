public import FoundationEssentials

/// Turns times of a rehearsal into those of the night: while a step takes its time in the lab, the night's clock runs so
/// much faster, and else as fast as ours.
///
/// So what the lab and zdupgrade take themselves is not multiplied. While steps of several nodes take their time, the
/// fastest of their clocks is the night's. Pure.
public struct NightTime: Sendable {
  /// A time in the rehearsal that stands for a longer one.
  public struct Stretch: Sendable, Hashable {
    /// When it began.
    public let began: Date
    /// When it ended.
    public let ended: Date
    /// How many seconds of the night it stands for.
    public let seconds: Double

    /// A stretch.
    public init(_ began: Date, _ ended: Date, seconds: Double) {
      self.began = began
      self.ended = ended
      self.seconds = seconds
    }
  }

  /// A time from which on the night's clock has another speed.
  private struct Mark {
    let time: Date
    /// How far the night is ahead then, in seconds.
    let ahead: Double
    /// How many of its seconds pass in one of ours from then on.
    let speed: Double
  }

  private let marks: [Mark]

  /// The clock of a rehearsal with these stretches.
  public init(_ stretches: [Stretch]) {
    let stretches = stretches.filter { $0.ended > $0.began }
    var speeds: [Double: Int] = [:]
    var changes: [(time: Date, speed: Double, isBegin: Bool)] = []
    for stretch in stretches {
      let speed = max(1, stretch.seconds / stretch.ended.timeIntervalSince(stretch.began))
      changes += [(stretch.began, speed, true), (stretch.ended, speed, false)]
    }
    var marks: [Mark] = []
    for change in changes.sorted(by: { $0.time < $1.time }) {
      let ahead = marks.last.map { $0.ahead + change.time.timeIntervalSince($0.time) * ($0.speed - 1) } ?? 0
      speeds[change.speed, default: 0] += change.isBegin ? 1 : -1
      if speeds[change.speed] == 0 { speeds[change.speed] = nil }
      marks.append(Mark(time: change.time, ahead: ahead, speed: speeds.keys.max() ?? 1))
    }
    self.marks = marks
  }

  /// The night's time at `time` in the rehearsal; they are the same until the first stretch begins.
  public func time(_ time: Date) -> Date {
    var (low, high) = (0, marks.count)
    while low < high {
      let middle = (low + high) / 2
      if marks[middle].time <= time { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return time }
    let mark = marks[low - 1]
    return time.addingTimeInterval(mark.ahead + time.timeIntervalSince(mark.time) * (mark.speed - 1))
  }
}
