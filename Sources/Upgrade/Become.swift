/// Has commands on a host run as another user than the one who logs in: `sudo -n -H -u USER -- /bin/sh ...`.
///
/// Without a password sudo must not ask for anything (`NOPASSWD`). With one, sudo is told to read it from standard input
/// (`-S`), before what the command reads; where it does not ask, the password is passed over. The command's own text is
/// data of a constant script, so that it comes through sh, bash, csh and fish as login shells alike; standard input, the
/// streams, the exit code and the signal are the command's own. It begins in the user's home, as after a login.
public struct Become: Sendable, Hashable {
  /// The user.
  public let user: String
  private let password: Secret?

  /// Becoming `user`.
  ///
  /// - Parameter password: what sudo wants of the login's user; nil where it asks for nothing.
  /// - Throws: `Failure` of kind `.refused` for what cannot be a user's name, or would be something else to sudo.
  public init(_ user: String, password: Secret? = nil) throws(Failure) {
    guard Self.isName(user) else {
      throw Failure(
        .refused, "'\(PlainText.oneLine(user))' cannot be a user's name",
        remedy: "use letters, digits, '_', '.', '-' and '@', with a letter or '_' first")
    }
    self.user = user
    self.password = password
  }

  /// `command` as that user.
  public func wrap(_ command: ShellCommand) -> ShellCommand {
    let text = ShellQuoting.printfEscaped(command.text)
    guard let password else {
      return ShellCommand(
        "exec \(program) -- /bin/sh -c '\(Self.script)' zdupgrade '\(text)'", standardInput: command.standardInput)
    }
    // A wrong password is asked for three times: those two lines keep it from reading on into what is the command's.
    let lines = [password.reveal(), "", "", Self.inputMark].map { $0 + "\n" }.joined()
    return ShellCommand(
      "exec sudo -S -p '' -H -u \(user) -- /bin/sh -c '\(Self.skipping)\(Self.script)' zdupgrade '\(text)'",
      standardInput: Array(lines.utf8) + command.standardInput)
  }

  /// What stands before a command, for messages: `sudo -n -H -u apigw`.
  public var program: String { "sudo -n -H -u \(user)" }

  /// What the command reads stands behind this line.
  private static let inputMark = "zdupgrade-input"

  /// Reads up to there.
  private static let skipping = "until [ \"$l\" = \(inputMark) ]; do IFS= read -r l || break; done; "

  /// It has no `'`, `!`, backslash or line break, so that any login shell takes it in single quotes.
  private static let script =
    #"v=$(printf %bx "$1"); v=${v%x}; cd "$HOME" 2>/dev/null || cd /; exec /bin/sh -c "$v" zdupgrade"#

  private static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= 256 else { return false }
    return (isLetter(first) || first == UInt8(ascii: "_"))
      && text.utf8.allSatisfy { isLetter($0) || "0123456789_.-@".utf8.contains($0) }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }
}
