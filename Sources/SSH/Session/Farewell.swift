/// What the server said when it ended the connection.
struct Farewell: Sendable, Hashable {
  /// The reason's number (RFC 4253, section 11.1).
  let reason: Int32
  /// The server's words.
  let text: String

  /// Whether it ended the connection because it does not want us, and would say the same again: 1 is a host that is not
  /// allowed, 2 what OpenSSH says after too many keys, 14 no method left, 15 a user's name that it does not take.
  var isRefusal: Bool { [1, 2, 14, 15].contains(reason) }

  /// As evidence.
  var evidence: String { "the server said (reason \(reason)): \(text)" }
}
