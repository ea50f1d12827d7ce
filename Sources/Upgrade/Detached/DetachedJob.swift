/// A command that runs on a node apart from the connection that started it, and the lines by which it is handled there.
///
/// Its folder is `ROOT/<run>/<step>` on the node; an operator finds the output in `out` there. Starting is idempotent: a
/// second start finds the job, running or ended, and only follows it. It has a session of its own; where the node has no
/// `setsid` it ignores HUP instead and stays in the session of the channel that started it. INT and QUIT are ignored in
/// it, as in everything a script starts in the background. A job that writes to a full disk gets the error itself; its exit
/// code is kept all the same where a file can still be renamed.
///
/// What is not covered: the `pid` file is not flushed, so a node that loses power within seconds of the start may have
/// forgotten the job; only the run's journal knows then.
public struct DetachedJob: Sendable, Hashable {
  /// The run it belongs to.
  public let run: String
  /// The step it is, unique in the run.
  public let step: String
  private let root: String
  private let shell: String

  /// The job of `step` in `run`; both of letters, digits, `.`, `_` and `-`, not beginning with `.`.
  ///
  /// - Parameters:
  ///   - root: the absolute folder that holds the runs' folders; nil is `.zdupgrade` in the user's home.
  ///   - shell: the POSIX shell that runs it.
  /// - Throws: `Failure` of kind `.refused` for a name or path that is none.
  public init(run: String, step: String, root: String? = nil, shell: String = "/bin/sh") throws(Failure) {
    for name in [run, step] where !Self.isName(name) {
      throw Failure(.refused, "\(name.debugDescription) cannot name a job's folder")
    }
    for path in [root ?? "/", shell] where !path.hasPrefix("/") || path.utf8.contains(0) {
      throw Failure(.refused, "\(path.debugDescription) is not an absolute path")
    }
    self.run = run
    self.step = step
    self.root = root ?? ""
    self.shell = shell
  }

  /// Starts `command` unless it was started before, and follows it as `follow(from:for:)` does.
  ///
  /// - Throws: `Failure` of kind `.refused` for a NUL character, which a shell can neither be told nor hand on.
  func start(_ command: ShellCommand, from offset: Int, for wait: Duration) throws(Failure) -> ShellCommand {
    guard !command.text.utf8.contains(0), !command.standardInput.contains(0) else {
      throw Failure(.refused, "the command or its input holds a NUL character")
    }
    let input = command.standardInput + Array(DetachedScripts.endOfInput.utf8)
    let data = [DetachedScripts.keeper, command.text]
    return ShellCommand(line("start", offset, wait, data), standardInput: input)
  }

  /// Prints the state and what is new from `offset` on, at most 256 KiB; waits up to `wait` for there to be news.
  func follow(from offset: Int, for wait: Duration) -> ShellCommand { ShellCommand(line("follow", offset, wait)) }

  /// Ends the job and all of its session: TERM, and KILL when `grace` has passed; waits until they are gone.
  func end(grace: Duration) -> ShellCommand { ShellCommand(line("end", 0, grace)) }

  /// Removes the folder, unless the job runs, and those above it that are empty then.
  var remove: ShellCommand { ShellCommand(line("remove", 0, .zero)) }

  /// Removes the folders of all jobs of the run but those that run and, unless `all`, those that did not exit with 0.
  func sweep(all: Bool) -> ShellCommand { ShellCommand(line("sweep", all ? 1 : 0, .zero)) }

  /// Counts the jobs of the run that still run.
  var count: ShellCommand { ShellCommand(line("count", 0, .zero)) }

  /// A line that sh, csh and fish read alike: plain words and single quotes, no value in it that any of them would change.
  private func line(_ act: String, _ offset: Int, _ time: Duration, _ data: [String] = ["", ""]) -> String {
    let tenths = time.components.seconds * 10 + time.components.attoseconds / 100_000_000_000_000_000
    let words =
      ["zdupgrade", act, Self.escape(root), run, step, String(offset), String(tenths), Self.escape(shell)]
      + data.map(Self.escape)
    return "exec \(ShellQuoting.quote(shell)) -c '\(DetachedScripts.control)' "
      + words.map { "'\($0)'" }.joined(separator: " ")
  }

  /// `text` for `printf %b`.
  private static func escape(_ text: String) -> String {
    var escaped: [UInt8] = []
    for byte in text.utf8 {
      if isPlain(byte) || byte == UInt8(ascii: " ") || byte == UInt8(ascii: "/") {
        escaped.append(byte)
      } else {
        let digits = String(byte, radix: 8)
        escaped += Array(("\\0" + String(repeating: "0", count: 3 - digits.utf8.count) + digits).utf8)
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }

  private static func isName(_ text: String) -> Bool {
    (1...200).contains(text.utf8.count) && !text.hasPrefix(".") && text.utf8.allSatisfy(isPlain)
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }
}
