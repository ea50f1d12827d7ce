/// Answers the questions of a `keyboard-interactive` login: the first that is answered without echo gets the password, and
/// no other gets anything, so that a password never lands in a field for something else.
final class KeyboardInterview {
  private let password: SSHSecret
  private var isAnswered = false
  private var unanswered: [String] = []

  init(_ password: SSHSecret) { self.password = password }

  /// Why it was to no avail.
  var notes: [String] {
    let questions = unanswered.map { "the server asks for more than a password: \"\($0)\"" }
    return isAnswered && questions.isEmpty ? ["the password: refused"] : questions
  }

  /// The answer to one question.
  ///
  /// - Parameter isEchoed: whether it would be shown on a terminal.
  func answer(_ text: String, isEchoed: Bool) -> [UInt8] {
    let question = text.trimmed
    guard !isEchoed, !isAnswered else {
      unanswered.append(question)
      return []
    }
    isAnswered = true
    return password.withBytes { $0 }
  }
}

extension String {
  /// Without the control characters and spaces at its ends, for messages.
  fileprivate var trimmed: String {
    let isText = { (character: Character) in !character.isWhitespace && !character.isNewline }
    guard let first = firstIndex(where: isText), let last = lastIndex(where: isText) else { return "" }
    return String(self[first...last])
  }
}
