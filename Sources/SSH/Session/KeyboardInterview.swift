import CLibSSH2
import Glibc

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

  /// Answers one question: with what is to be sent, without a NUL.
  private func answer(_ question: String, isEchoed: Bool) -> [UInt8] {
    guard !isEchoed, !isAnswered else {
      unanswered.append(question)
      return []
    }
    isAnswered = true
    return password.withBytes { $0 }
  }

  /// Gives libssh2 the answers; it frees them with the session's `free`.
  static let callback:
    @convention(c) (
      UnsafePointer<CChar>?, Int32, UnsafePointer<CChar>?, Int32, Int32,
      UnsafePointer<LIBSSH2_USERAUTH_KBDINT_PROMPT>?, UnsafeMutablePointer<LIBSSH2_USERAUTH_KBDINT_RESPONSE>?,
      UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) -> Void = { _, _, _, _, count, prompts, responses, abstract in
      guard let prompts, let responses, let interview = LibSSH2.transport(abstract)?.interview else { return }
      for number in 0..<Int(max(0, count)) {
        let prompt = prompts[number]
        let text = UnsafeRawBufferPointer(start: prompt.text, count: Int(prompt.length))
        let answer = interview.answer(
          String(decoding: text, as: UTF8.self).trimmed, isEchoed: prompt.echo != 0)
        guard let copy = malloc(max(1, answer.count)) else { continue }
        answer.withUnsafeBytes { copy.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(copy), byteCount: $0.count) }
        responses[number].text = copy.assumingMemoryBound(to: CChar.self)
        responses[number].length = UInt32(answer.count)
      }
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
