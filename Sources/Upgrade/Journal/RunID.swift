import FoundationEssentials

/// The name of a run and of its folder, for example `20261121T075046.123Z-1a2b`: when it began, in UTC and to the
/// millisecond, and four random hexadecimal digits.
///
/// It sorts by time and is safe as a file name. Its time is also the one in the names of the run's logs, so that they
/// can be found by it. No node may have such a name, since a node's logs stand in a folder beside the runs' folders.
public struct RunID: Sendable, Hashable {
  /// The name.
  public let text: String
  /// When the run began, to the millisecond.
  public let time: Date

  /// The name of a run that begins at `time`; random `bits` tell runs apart that begin in the same millisecond.
  public init(_ time: Date, bits: UInt16) {
    self.time = UTCText.toMillisecond(time)
    let digits = String(bits, radix: 16)
    text = Self.stamp(time) + "-" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
  }

  /// The run of that name; nil when `text` is none.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let bits = UInt16(parts[1], radix: 16), let time = Self.time(of: parts[0]) else {
      return nil
    }
    self.init(time, bits: bits)
    guard self.text == text else { return nil }
  }

  /// `time` as it stands in the names of files: `20261121T075046.123Z`.
  public static func stamp(_ time: Date) -> String { UTCText.text(time).filter { $0 != ":" && $0 != "-" } }

  private static func time(of stamp: Substring) -> Date? {
    let digits = Array(stamp.utf8)
    guard digits.count == 20 else { return nil }
    func part(_ range: Range<Int>) -> String { String(decoding: digits[range], as: UTF8.self) }
    return UTCText.date(
      "\(part(0..<4))-\(part(4..<6))-\(part(6..<11)):\(part(11..<13)):\(part(13..<20))")
  }
}

extension RunID: Comparable {
  /// By time.
  public static func < (left: RunID, right: RunID) -> Bool { left.text < right.text }
}

extension RunID: CustomStringConvertible {
  /// The name.
  public var description: String { text }
}

extension RunID: Codable {
  /// Reads the name.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let id = RunID(text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "'\(text)' is no run's name")
    }
    self = id
  }

  /// Writes the name.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
