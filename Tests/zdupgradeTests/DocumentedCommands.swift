import Foundation
import Testing

/// The command lines that README and docs show in fenced `sh` blocks.
struct DocumentedCommand: Sendable, CustomTestStringConvertible {
  /// The page and line.
  let place: String
  /// The program and its arguments.
  let words: [String]

  var testDescription: String { "\(place): \(words.joined(separator: " "))" }

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Those of one of our programs.
  static let all: [DocumentedCommand] = {
    let docs = (try? FileManager.default.contentsOfDirectory(atPath: root.path + "/docs")) ?? []
    return (["README.md"] + docs.filter { $0.hasSuffix(".md") }.sorted().map { "docs/" + $0 }).flatMap(commands)
  }()

  private static func commands(in page: String) -> [DocumentedCommand] {
    let text = (try? String(contentsOf: root.appending(path: page), encoding: .utf8)) ?? ""
    var commands: [DocumentedCommand] = []
    var isInBlock = false
    var line = ""
    for (index, part) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if part.hasPrefix("```") {
        isInBlock = part == "```sh"
      } else if isInBlock {
        line += part.hasSuffix("\\") ? part.dropLast() + " " : part
        guard !part.hasSuffix("\\") else { continue }
        let words = words(of: line)
        if ["zdupgrade", "zdulab"].contains(words.first) {
          commands.append(DocumentedCommand(place: "\(page):\(index + 1)", words: words))
        }
        line = ""
      }
    }
    return commands
  }

  /// The words of the line's first command, as a shell has them.
  private static func words(of line: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for character in line {
      switch character {
      case "'", "\"":
        if quote == nil {
          (quote, word) = (character, word ?? "")
        } else if quote == character {
          quote = nil
        } else {
          word?.append(character)
        }
      case " " where quote == nil:
        if let done = word { words.append(done) }
        word = nil
      case "#" where quote == nil && word == nil, "|" where quote == nil, ">" where quote == nil,
        ";" where quote == nil,
        "&" where quote == nil:
        return words + (word.map { [$0] } ?? [])
      default: word = (word ?? "") + String(character)
      }
    }
    return words + (word.map { [$0] } ?? [])
  }
}
