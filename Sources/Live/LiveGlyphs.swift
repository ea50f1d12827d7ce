/// The signs of the live view.
public struct LiveGlyphs: Sendable {
  let passed: String
  let failed: String
  let busy: String
  let waiting: String
  let rule: String

  /// For a terminal that shows Unicode.
  public static let unicode = LiveGlyphs(passed: "✓", failed: "✗", busy: "▶", waiting: "·", rule: "─")
  /// For any other.
  public static let ascii = LiveGlyphs(passed: "+", failed: "x", busy: ">", waiting: ".", rule: "-")
}

/// Lengths of time in few columns.
enum ShortTime {
  /// `12s`, `3m20s`, `2h05m`.
  static func text(_ seconds: Double) -> String {
    let whole = Int(max(0, min(seconds, 1e9)).rounded())
    if whole < 60 { return "\(whole)s" }
    if whole < 3600 { return "\(whole / 60)m\(twoDigits(whole % 60))s" }
    return "\(whole / 3600)h\(twoDigits(whole % 3600 / 60))m"
  }

  private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
