import Foundation
import Upgrade

/// Asks for values, a line each, from a terminal or from whatever standard input is; a wrong one is asked for again.
struct Interview: Sendable {
  private static let longest = 4096

  /// The next line; nil at the end of the input.
  let nextLine: @Sendable () -> String?
  /// Shows text as it is.
  let show: @Sendable (String) -> Void

  /// Questions on standard error, answers on standard input; one that is not typed is shown, so that what is seen is whole.
  static let standard = Interview(
    nextLine: {
      let line = readLine()
      if isatty(STDIN_FILENO) == 0 { ProgressOutput.write("\(line.map(PlainText.oneLine) ?? "")\n", to: STDERR_FILENO) }
      return line
    }, show: { ProgressOutput.write($0, to: STDERR_FILENO) })

  /// Shows lines between questions.
  func tell(_ lines: String...) { show(lines.map { $0 + "\n" }.joined()) }

  /// What `read` makes of the answer to `question`; it is asked again until `read` takes it.
  ///
  /// - Parameter standard: the answer that an empty line stands for.
  /// - Throws: `Failure` of kind `.cancelled` at the end of the input.
  func ask<Value>(
    _ question: String, standard: String? = nil, _ read: (String) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    while true {
      show(question + (standard.map { $0.isEmpty ? "" : " [\($0)]" } ?? "") + ": ")
      guard let line = nextLine() else {
        show("\n")
        throw Failure(
          .cancelled, "the answers ended at the question '\(question)'; nothing was written",
          remedy: "give an answer to each question, one a line")
      }
      do throws(Failure) {
        let answer = line.trimmingCharacters(in: .whitespaces)
        if answer.isEmpty, standard == nil { throw Failure(.refused, "an answer is needed") }
        try Self.check(answer)
        return try read(answer.isEmpty ? standard ?? "" : answer)
      } catch {
        tell("  " + PlainText.oneLine(error.description))
      }
    }
  }

  /// A text; an empty one where `mayBeEmpty`, or `standard` for it.
  func text(_ question: String, standard: String? = nil, mayBeEmpty: Bool = false) throws(Failure) -> String {
    try ask(question, standard: standard ?? (mayBeEmpty ? "" : nil)) { (answer) throws(Failure) in answer }
  }

  /// Yes or no.
  func isYes(_ question: String, standard: Bool) throws(Failure) -> Bool {
    try ask("\(question) (yes or no)", standard: standard ? "yes" : "no") { (answer) throws(Failure) in
      switch answer.lowercased() {
      case "yes", "y": return true
      case "no", "n": return false
      default: throw Failure(.refused, "'\(answer)' is neither yes nor no")
      }
    }
  }

  /// One of `names`.
  func choice(_ question: String, of names: [String], standard: String) throws(Failure) -> String {
    try ask("\(question) (\(names.joined(separator: ", ")))", standard: standard) { (answer) throws(Failure) in
      guard names.contains(answer) else {
        throw Failure(.refused, "'\(answer)' is none of them\(NearMatch.hint(for: answer, among: names))")
      }
      return answer
    }
  }

  /// Texts until an empty line; at least `least` of them.
  func texts(
    _ question: String, least: Int, _ read: (String) throws(Failure) -> Void
  ) throws(Failure) -> [String] {
    var texts: [String] = []
    while true {
      let isEnough = texts.count >= least
      let text = try ask(
        texts.isEmpty && !isEnough ? question : "\(question), or nothing", standard: isEnough ? "" : nil
      ) {
        (answer) throws(Failure) in
        guard !texts.contains(answer) else { throw Failure(.refused, "'\(answer)' was given already") }
        if !answer.isEmpty { try read(answer) }
        return answer
      }
      guard !text.isEmpty else { return texts }
      texts.append(text)
    }
  }

  private static func check(_ answer: String) throws(Failure) {
    guard answer.utf8.count <= longest else {
      throw Failure(.refused, "it is longer than \(longest) bytes")
    }
    guard !answer.unicodeScalars.contains("\u{FFFD}") else { throw Failure(.refused, "it is not UTF-8 text") }
    guard !answer.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      throw Failure(.refused, "it holds control characters")
    }
  }
}
