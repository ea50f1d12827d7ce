import FoundationEssentials

/// One line of a run's journal: `{"event":{...},"number":1,"schema":1,"time":"2026-11-21T06:20:11.123Z"}`.
///
/// The keys are in alphabetical order, no line end is in the line, and every time is UTC to the millisecond; what is
/// finer is lost. A number that JSON cannot hold is the string `inf`, `-inf` or `nan`.
///
/// What a reader may rely on: the entries of a journal are numbered from 1 without a gap. Within a schema version
/// fields are only added, always optional ones, and a reader skips those that it does not know. New kinds of events may
/// come too; a reader that does not know one refuses the journal, since what it does not know may be what matters.
/// Anything else - a field that goes or means something else - is a new version, and a reader refuses every version but
/// its own.
public struct JournalEntry: Sendable, Hashable {
  /// The schema's version.
  public static let schema = 1
  /// The entry's place in its journal, from 1.
  public let number: Int
  /// When it happened, to the millisecond.
  public let time: Date
  /// What happened.
  public let event: Event

  /// An entry.
  public init(number: Int, time: Date, event: Event) {
    self.number = number
    self.time = UTCText.toMillisecond(time)
    self.event = event
  }
}

extension JournalEntry {
  /// Why a line is no entry.
  public enum Flaw: Error, Sendable, Hashable {
    /// It is no JSON, or not that of an entry.
    case broken(String)
    /// It is of another schema version.
    case unknownSchema(Int)
    /// It is of a kind, or in a form, that this version does not know.
    case unknownEvent(String)
  }

  /// The entry that `line` holds, which is without its line end.
  public init(line: some Sequence<UInt8>) throws(Flaw) {
    do {
      self = try Self.decoder.decode(JournalEntry.self, from: Data(line))
    } catch let flaw as Flaw {
      throw flaw
    } catch {
      throw .broken(Self.reason(error))
    }
  }

  /// The entry as a line, with its line end.
  public var line: [UInt8] {
    get throws { try Array(Self.encoder.encode(self)) + [UInt8(ascii: "\n")] }
  }

  // Made once: a new one for each entry took as long as the entry itself.
  private static let decoder: JSONDecoder = {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .custom(UTCText.decode)
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return decoder
  }()
  private static let encoder: JSONEncoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.dateEncodingStrategy = .custom(UTCText.encode)
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return encoder
  }()

  private static func reason(_ error: any Error) -> String {
    switch error {
    case DecodingError.keyNotFound(let key, _): "it has no '\(key.stringValue)'"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      "its '\(context.codingPath.map(\.stringValue).joined(separator: "."))' is not what it should be"
    default: "it is not the JSON of an entry"
    }
  }
}

extension JournalEntry: Codable {
  private enum CodingKeys: String, CodingKey {
    case schema
    case number
    case time
    case event
  }

  private struct Kind: CodingKey {
    let stringValue: String
    let intValue: Int? = nil
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Reads the schema version first: nothing else is known about an entry of another one.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let schema = try container.decode(Int.self, forKey: .schema)
    guard schema == Self.schema else { throw Flaw.unknownSchema(schema) }
    let number = try container.decode(Int.self, forKey: .number)
    let time = try container.decode(Date.self, forKey: .time)
    let kinds = try container.nestedContainer(keyedBy: Kind.self, forKey: .event).allKeys.map(\.stringValue)
    let event: Event
    do {
      event = try container.decode(Event.self, forKey: .event)
    } catch {
      throw Flaw.unknownEvent(kinds.sorted().joined(separator: ", "))
    }
    self.init(number: number, time: time, event: event)
  }

  /// Writes all.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Self.schema, forKey: .schema)
    try container.encode(number, forKey: .number)
    try container.encode(time, forKey: .time)
    try container.encode(event, forKey: .event)
  }
}
