import FoundationEssentials

/// From a moment to another; nil where it has not ended.
public struct TimeSpan: Sendable, Hashable {
  /// When it began.
  public let began: Date
  /// When it ended; nil when it did not.
  public internal(set) var ended: Date?

  /// A span.
  public init(_ began: Date, _ ended: Date? = nil) {
    self.began = began
    self.ended = ended
  }

  /// Its length up to `now`, in seconds.
  func seconds(until now: Date) -> Double { max(0, (ended ?? now).timeIntervalSince(began)) }
}

/// Times and lengths as the report has them.
public enum TimeText {
  /// `06:20:11`, UTC.
  static func clock(_ date: Date) -> String {
    let seconds = Int(date.timeIntervalSince1970.rounded(.down))
    let day = (seconds % 86_400 + 86_400) % 86_400
    return [day / 3600, day % 3600 / 60, day % 60].map(twoDigits).joined(separator: ":")
  }

  /// `0.4 s`, `12 s`, `3 min 20 s`, `2 h 05 min`.
  public static func length(_ seconds: Double) -> String {
    if seconds < 9.95 { return "\((seconds * 10).rounded() / 10) s" }
    let whole = Int(seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(twoDigits(whole % 60)) s" }
    return "\(whole / 3600) h \(twoDigits(whole % 3600 / 60)) min"
  }

  private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
