/// A number of nodes, as such or as a share of all.
public enum Amount: Sendable, Hashable {
  /// So many.
  case count(Int)
  /// So many of a hundred.
  case percent(Int)

  /// Reads `2` or `25%`; nil for anything else, also below 0 or above 100%.
  public init?(_ text: String) {
    let isPercent = text.hasSuffix("%")
    let digits = isPercent ? text.dropLast() : text[...]
    guard !digits.isEmpty, digits.allSatisfy({ ("0"..."9").contains($0) }), let number = Int(digits) else { return nil }
    guard !isPercent || number <= 100 else { return nil }
    self = isPercent ? .percent(number) : .count(number)
  }

  /// How many of `total` that is at least: a share is rounded up.
  public func roundedUp(of total: Int) -> Int {
    switch self {
    case .count(let count): count
    case .percent(let percent): (total * percent + 99) / 100
    }
  }

  /// How many of `total` that is at most: a share is rounded down, but one that is not 0 is never less than one node.
  public func roundedDown(of total: Int) -> Int {
    switch self {
    case .count(let count): count
    case .percent(let percent): max(total * percent / 100, percent > 0 ? 1 : 0)
    }
  }
}

extension Amount: CustomStringConvertible {
  /// As it is read.
  public var description: String {
    switch self {
    case .count(let count): "\(count)"
    case .percent(let percent): "\(percent)%"
    }
  }
}

extension Amount: Codable {
  /// Reads a number, or a text like `25%`.
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    let text = try (try? value.decode(Int.self)).map { "\($0)" } ?? value.decode(String.self)
    guard let amount = Amount(text) else {
      throw DecodingError.dataCorruptedError(in: value, debugDescription: "no amount: \(text)")
    }
    self = amount
  }

  /// Writes a number, or a text like `25%`.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .count(let count): try container.encode(count)
    case .percent: try container.encode(description)
    }
  }
}
