/// The lines by which a run handles the lock of a node.
struct LockCommands: Sendable {
  private let run: String
  private let token: String
  private let holder: LockHolder
  private let shell: String

  /// The lines of `run`, held by a process that is known by `token`, of letters and digits.
  init(run: RunID, token: String, holder: LockHolder, shell: String = "/bin/sh") {
    self.run = run.text
    self.token = token
    self.holder = holder
    self.shell = shell
  }

  /// Takes the lock, unless somebody holds it.
  var take: ShellCommand { line("take") }
  /// Gives a sign of life.
  var beat: ShellCommand { line("beat") }
  /// Asks whose it is.
  var confirm: ShellCommand { line("confirm") }
  /// Gives it back.
  var release: ShellCommand { line("release") }

  /// Takes it over from another process of the same run, if that has given no sign of life since.
  func takeOver(_ lock: HeldLock) -> ShellCommand { line("over", old: "\(lock.run).\(lock.token)", beat: lock.beat) }

  private func line(_ act: String, old: String = "-", beat: String = "-") -> ShellCommand {
    Self.line(
      act, id: "\(run).\(token)", run: run, holder: holder.words, old: old, beat: beat, shell: shell)
  }

  /// Asks who holds it.
  static func look(shell: String = "/bin/sh") -> ShellCommand { line("look", shell: shell) }

  /// Removes it, if it is that of `run`.
  static func unlock(_ run: RunID, shell: String = "/bin/sh") -> ShellCommand {
    line("unlock", run: run.text, shell: shell)
  }

  /// A line that sh, csh and fish read alike: plain words and single quotes.
  private static func line(
    _ act: String, id: String = "-", run: String = "-", holder: String = "-", old: String = "-", beat: String = "-",
    shell: String
  ) -> ShellCommand {
    // Two nodes may have one home, and then one folder for what is temporary.
    let temporary = String(UInt64.random(in: 0 ... .max), radix: 36)
    let words = [act, id, run, temporary, holder, old, beat].map { "'\($0)'" }.joined(separator: " ")
    return ShellCommand("exec \(ShellQuoting.quote(shell)) -c '\(LockScript.text)' zdupgrade \(words)")
  }
}
