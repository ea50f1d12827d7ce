import FoundationEssentials

import class Foundation.JSONSerialization

/// JSON of documents whose fields nobody knows beforehand, many of them: tens of thousands are read and written at once.
enum JSONText {
  /// A value that our own documents have.
  enum Value: Sendable {
    case text(String)
    case number(Int)
    case bool(Bool)
  }

  /// The fields of an object; nil where the text is none.
  static func fields(_ text: String) -> [String: Any]? { fields(Data(text.utf8)) }

  /// The same of bytes.
  static func fields(_ data: Data) -> [String: Any]? {
    (try? JSONSerialization.jsonObject(with: data)) as? [String: Any]
  }

  /// An object as one line, its keys in order; nil where it holds what JSON has not.
  static func line(_ fields: [String: Any]) -> String? {
    var pairs: [String] = []
    for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
      guard let value = text(value) else { return nil }
      pairs.append("\(quoted(key)):\(value)")
    }
    return "{\(pairs.joined(separator: ","))}"
  }

  /// Most values are texts, which are written directly because that is several times as fast.
  private static func text(_ value: Any) -> String? {
    if let string = value as? String { return quoted(string) }
    let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes, .fragmentsAllowed]
    let data = try? JSONSerialization.data(withJSONObject: value, options: options)
    return data.map { String(decoding: $0, as: UTF8.self) }
  }

  /// An object of plain values, written directly because that is ten times as fast.
  static func object(_ fields: [(String, Value)]) -> String {
    let pairs = fields.map { key, value in
      switch value {
      case .text(let text): "\(quoted(key)):\(quoted(text))"
      case .number(let number): "\(quoted(key)):\(number)"
      case .bool(let bool): "\(quoted(key)):\(bool)"
      }
    }
    return "{\(pairs.joined(separator: ","))}"
  }

  /// A text as a JSON string.
  static func quoted(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }) else { return "\"\(text)\"" }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }
}
