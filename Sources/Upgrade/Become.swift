/// Has commands on a host run as another user than the one who logs in: `sudo -n -H -u USER -- /bin/sh ...`.
///
/// sudo must not ask for anything (`NOPASSWD`). The command's own text is data of a constant script, so that it comes
/// through sh, bash, csh and fish as login shells alike; standard input, the streams, the exit code and the signal are the
/// command's own. It begins in the user's home, as after a login.
public struct Become: Sendable, Hashable {
  /// The user.
  public let user: String

  /// Becoming `user`.
  ///
  /// - Throws: `Failure` of kind `.refused` for what cannot be a user's name, or would be something else to sudo.
  public init(_ user: String) throws(Failure) {
    guard Self.isName(user) else {
      throw Failure(
        .refused, "'\(PlainText.oneLine(user))' cannot be a user's name",
        remedy: "use letters, digits, '_', '.', '-' and '@', with a letter or '_' first")
    }
    self.user = user
  }

  /// `command` as that user.
  public func wrap(_ command: ShellCommand) -> ShellCommand {
    ShellCommand(
      "exec \(program) -- /bin/sh -c '\(Self.script)' zdupgrade '\(ShellQuoting.printfEscaped(command.text))'",
      standardInput: command.standardInput)
  }

  /// What stands before a command, for messages: `sudo -n -H -u apigw`.
  public var program: String { "sudo -n -H -u \(user)" }

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
