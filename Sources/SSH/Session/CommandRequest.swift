/// A command to be run, checked.
struct CommandRequest: Sendable {
  /// The line for the user's shell.
  let command: String
  /// What it reads first.
  let input: [UInt8]
  /// Whether nothing follows `input`.
  let isInputClosed: Bool
  /// When to give it up.
  let timeout: Duration?

  /// libssh2 sends a request in one packet, which has 35,000 bytes at most.
  static let maximumLength = 34_000

  /// - Throws: `SSHError` of kind `.invalid` for a command that cannot be sent as it is.
  init(_ command: String, input: [UInt8], isInputClosed: Bool, timeout: Duration?) throws(SSHError) {
    if command.utf8.contains(0) { throw SSHError(.invalid, "run a command: it has a NUL byte in it") }
    if command.utf8.count > Self.maximumLength {
      throw SSHError(
        .invalid, "run a command: it has \(command.utf8.count) bytes, \(Self.maximumLength) is the most",
        remedy: "feed long data to its standard input")
    }
    self.command = command
    self.input = input
    self.isInputClosed = isInputClosed
    self.timeout = timeout
  }
}
