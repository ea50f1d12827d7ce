import FoundationEssentials

/// Times as the records of a run have them: UTC, to the millisecond, `2026-11-21T06:20:11.123Z`.
public enum UTCText {
  private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

  /// `date` as text.
  public static func text(_ date: Date) -> String {
    // The format cuts off, and a whole millisecond as a fraction of two may be a hair too small.
    Date(timeIntervalSince1970: toMillisecond(date).timeIntervalSince1970 + 0.0001).formatted(style)
  }

  /// The date that `text` means; nil when it is none of that form.
  public static func date(_ text: String) -> Date? { (try? Date(text, strategy: style)).map(toMillisecond) }

  /// The whole millisecond that is nearest to `date`: what is left of it in a text.
  public static func toMillisecond(_ date: Date) -> Date {
    Date(timeIntervalSince1970: (date.timeIntervalSince1970 * 1000).rounded() / 1000)
  }

  /// Writes `date` as text: for the encoders of records.
  @Sendable public static func encode(_ date: Date, to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text(date))
  }

  /// Reads what `encode` wrote.
  @Sendable static func decode(from decoder: any Decoder) throws -> Date {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let date = date(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is no time")
    }
    return date
  }
}
