import FoundationEssentials
import Upgrade

/// Reads an answer's JSON leniently: unknown keys are passed over, and a number or boolean may be a text.
struct AnswerReader {
  private let object: [String: Setting]

  init(_ object: [String: Setting]) { self.object = object }

  /// Any JSON in `body`; nil where it is none.
  static func json(_ body: [UInt8]) -> Setting? {
    try? JSONDecoder().decode(Setting.self, from: Data(body))
  }

  /// The object in `body`; nil where it is none.
  init?(_ body: [UInt8]) {
    guard case .object(let object) = Self.json(body) else { return nil }
    self.object = object
  }

  func value(_ key: String) -> Setting? { object[key] }

  func string(_ key: String) -> String? {
    switch object[key] {
    case .string(let text): text
    case .number(let number): Int(exactly: number).map(String.init) ?? String(number)
    case .bool(let bool): bool ? "true" : "false"
    case .null, .array, .object, nil: nil
    }
  }

  func bool(_ key: String) -> Bool? {
    switch string(key)?.lowercased() {
    case "true", "yes": true
    case "false", "no": false
    default: nil
    }
  }

  func integer(_ key: String) -> Int? { string(key).flatMap { Int($0) } }

  func strings(_ key: String) -> [String] {
    guard case .array(let elements) = object[key] else { return [] }
    return elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
  }

  func object(_ key: String) -> AnswerReader? {
    guard case .object(let object) = object[key] else { return nil }
    return AnswerReader(object)
  }

  /// The texts of the object at `key`, by their names.
  func texts(_ key: String) -> [String: String] {
    guard case .object(let inner) = object[key] else { return [:] }
    let reader = AnswerReader(inner)
    return inner.keys.reduce(into: [:]) { $0[$1] = reader.string($1) }
  }
}
