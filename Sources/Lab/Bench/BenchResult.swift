/// What came of a task.
public struct BenchResult: Sendable, Hashable {
  /// A measured value with its name.
  struct Figure: Sendable, Hashable {
    let name: String
    let value: String
  }

  /// How many commands ended with 0 and printed what they must.
  public let good: Int
  /// How many there were.
  public let total: Int
  /// What was measured besides.
  let figures: [Figure]
  /// What went wrong, a line for each.
  public let complaints: [String]

  init(good: Int, total: Int, figures: [Figure] = [], complaints: [String] = []) {
    self.good = good
    self.total = total
    self.figures = figures
    self.complaints = complaints
  }

  /// The result of commands of which each told what went wrong, or nothing.
  init(of troubles: [String?], figures: [Figure] = []) {
    let complaints = troubles.compactMap(\.self)
    self.init(
      good: troubles.count - complaints.count, total: troubles.count, figures: figures, complaints: complaints)
  }

  /// Whether all is as it must be.
  public var isGood: Bool { good == total && total > 0 }

  /// The line that the harness reads.
  public var line: String {
    (["RESULT ok=\(good) total=\(total)"] + figures.map { "\($0.name)=\($0.value)" }).joined(separator: " ")
  }
}

extension BenchResult.Figure {
  /// Seconds, to the millisecond.
  init(_ name: String, seconds: Double) { self.init(name: name, value: Self.rounded(seconds)) }

  /// A time in milliseconds, to the microsecond.
  init(_ name: String, milliseconds time: Duration) {
    self.init(name: name, value: Self.rounded(time / .milliseconds(1)))
  }

  init(_ name: String, _ number: Int) { self.init(name: name, value: "\(number)") }

  /// Three digits behind the point.
  private static func rounded(_ number: Double) -> String {
    let thousandths = Int((abs(number) * 1000).rounded())
    let digits = String(thousandths % 1000)
    let sign = number < 0 && thousandths > 0 ? "-" : ""
    return "\(sign)\(thousandths / 1000)." + String(repeating: "0", count: 3 - digits.utf8.count) + digits
  }
}
