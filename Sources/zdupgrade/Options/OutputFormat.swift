import ArgumentParser
import Foundation
import Upgrade

/// How a result is printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case text
  case json

  /// Prints `value`: the lines of its text, or itself as one document, with its times in UTC.
  func show(_ value: some Encodable, text: () -> [String]) throws {
    switch self {
    case .text: Console.result(text())
    case .json:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      encoder.dateEncodingStrategy = .custom(UTCText.encode)
      Console.result([String(decoding: try encoder.encode(value), as: UTF8.self)])
    }
  }
}
