import FoundationEssentials

/// Writes numbers and times as the lines about probes have them.
enum ProbeText {
  /// `18,204`.
  static func count(_ number: Int) -> String {
    var text = ""
    for (index, digit) in String(number).reversed().enumerated() {
      if index > 0, index % 3 == 0, digit != "-" { text.append(",") }
      text.append(digit)
    }
    return String(text.reversed())
  }

  /// `0 ms`, `4.1 ms`, `12,345 ms`: a tenth counts below 10 ms only.
  static func milliseconds(_ value: Double) -> String {
    let tenths = (value * 10).rounded() / 10
    guard tenths < 10, tenths != tenths.rounded() else { return "\(count(Int(value.rounded()))) ms" }
    return "\(tenths) ms"
  }

  /// UTC, to the millisecond: `2026-11-21T06:20:11.123Z`.
  static func time(_ date: Date) -> String { UTCText.text(date) }
}
