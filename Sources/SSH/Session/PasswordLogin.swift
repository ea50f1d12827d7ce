import CLibSSH2
import Glibc

/// One login with a password: by the method `password`, or by `keyboard-interactive` where the server has only that.
struct PasswordLogin {
  let connection: Connection
  let target: SSHTarget
  let deadline: ContinuousClock.Instant

  private var what: String { "log in to \(target.name)" }

  /// Whether the server lets us in with `password`; why not is added to `notes`.
  ///
  /// - Throws: `SSHError` when the connection is lost, or the server wants a new password; `CancellationError`.
  nonisolated(nonsending) func isAccepted(_ password: SSHSecret, _ notes: inout [String]) async throws -> Bool {
    let methods = try await methods()
    if libssh2_userauth_authenticated(connection.session) == 1 { return true }
    if methods.contains("password") {
      let isAccepted = try await isAccepted(byPassword: password)
      if !isAccepted { notes.append("the password: refused") }
      return isAccepted
    }
    guard methods.contains("keyboard-interactive") else {
      notes.append("the password: not asked for")
      return false
    }
    let interview = KeyboardInterview(password)
    let isAccepted = try await isAccepted(by: interview)
    if !isAccepted { notes += interview.notes }
    return isAccepted
  }

  /// What the server offers; asked for where no key has brought it out yet.
  private nonisolated(nonsending) func methods() async throws -> [String] {
    if let known = connection.transport.watch.loginMethods { return Self.split(known) }
    let length = UInt32(target.user.utf8.count)
    var list = ""
    let result = try await connection.repeating(what, failing: connection.loginEndKind, until: deadline) {
      if let text = libssh2_userauth_list(connection.session, target.user, length) {
        list = String(cString: text)
        return 0
      }
      return libssh2_userauth_authenticated(connection.session) == 1
        ? 0 : libssh2_session_last_errno(connection.session)
    }
    if result != 0 { throw connection.loginFailure(what, result) }
    return Self.split(list)
  }

  private static func split(_ methods: String) -> [String] { methods.split(separator: ",").map(String.init) }

  private nonisolated(nonsending) func isAccepted(byPassword password: SSHSecret) async throws -> Bool {
    let user = Array(target.user.utf8CString)
    return try await isSuccess {
      password.withBytes { bytes in
        bytes.withUnsafeBytes { raw in
          // Of no bytes there is no address.
          let secret = raw.baseAddress?.assumingMemoryBound(to: CChar.self)
          return user.withUnsafeBufferPointer { name in
            libssh2_userauth_password_ex(
              connection.session, name.baseAddress, UInt32(name.count - 1), secret, UInt32(raw.count), nil)
          }
        }
      }
    }
  }

  private nonisolated(nonsending) func isAccepted(by interview: KeyboardInterview) async throws -> Bool {
    connection.transport.interview = interview
    defer { connection.transport.interview = nil }
    let length = UInt32(target.user.utf8.count)
    return try await isSuccess {
      libssh2_userauth_keyboard_interactive_ex(
        connection.session, target.user, length, Self.questions)
    }
  }

  /// Gives libssh2 the answers; it frees them with the session's `free`.
  private static let questions:
    @convention(c) (
      UnsafePointer<CChar>?, Int32, UnsafePointer<CChar>?, Int32, Int32,
      UnsafePointer<LIBSSH2_USERAUTH_KBDINT_PROMPT>?, UnsafeMutablePointer<LIBSSH2_USERAUTH_KBDINT_RESPONSE>?,
      UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) -> Void = { _, _, _, _, count, prompts, responses, abstract in
      guard let prompts, let responses, let interview = LibSSH2.transport(abstract)?.interview else { return }
      for number in 0..<Int(max(0, count)) {
        let prompt = prompts[number]
        let text = UnsafeRawBufferPointer(start: prompt.text, count: Int(prompt.length))
        let answer = interview.answer(String(decoding: text, as: UTF8.self), isEchoed: prompt.echo != 0)
        guard let copy = malloc(max(1, answer.count)) else { continue }
        answer.withUnsafeBytes { copy.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(copy), byteCount: $0.count) }
        responses[number].text = copy.assumingMemoryBound(to: CChar.self)
        responses[number].length = UInt32(answer.count)
      }
    }

  private nonisolated(nonsending) func isSuccess(_ call: () -> Int32) async throws -> Bool {
    let result = try await connection.repeating(what, failing: connection.loginEndKind, until: deadline, call)
    switch result {
    case 0: return true
    case LIBSSH2_ERROR_AUTHENTICATION_FAILED where !connection.hasLoginEnded: return false
    case LIBSSH2_ERROR_PASSWORD_EXPIRED:
      throw SSHError(
        .authentication, "\(what): the password has expired, and the server wants a new one",
        remedy: "change it by hand: ssh \(target.user)@\(target.host)")
    default: throw connection.loginFailure(what, result)
    }
  }
}
