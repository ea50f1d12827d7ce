/// One command line on a node, as data: what is printed by `plan`, logged, and run is made from this one value.
public struct Command: Sendable, Hashable, Codable {
  /// One word of the command line.
  public enum Word: Sendable, Hashable, Codable {
    /// Any string; it is quoted so that it reaches the program as it is.
    case text(String)
    /// A secret; it appears as `"$zdu_<name>"` and its value is fed to the remote shell on standard input.
    case secret(SecretName)
  }

  /// The folder the command runs in, if it matters.
  public let directory: String?
  /// The program (an absolute path) and its arguments.
  public let words: [Word]

  /// A command line of `words`, run in `directory`.
  public init(in directory: String? = nil, words: [Word]) {
    self.directory = directory
    self.words = words
  }

  /// A command line of plain strings.
  public init(in directory: String? = nil, _ words: String...) {
    self.init(in: directory, words: words.map(Word.text))
  }

  /// A POSIX shell script with its data as positional parameters `$1`, `$2`, ..., so that no value is ever read as shell.
  public static func script(_ script: String, _ arguments: [String] = []) -> Command {
    Command(words: (["/bin/sh", "-c", script, "zdupgrade"] + arguments).map(Word.text))
  }

  /// The same for a script of several lines, which csh and fish as login shells would not take: its text is data, too.
  public static func longScript(_ script: String, _ arguments: [String] = []) -> Command {
    self.script(
      #"v=$(printf %bx "$1"); v=${v%x}; shift; exec /bin/sh -c "$v" zdupgrade "$@""#,
      [ShellQuoting.printfEscaped(script)] + arguments)
  }

  /// The secrets it needs, in the order in which they are read from standard input; each once.
  public var secrets: [SecretName] {
    var seen: [SecretName] = []
    for case .secret(let name) in words where !seen.contains(name) { seen.append(name) }
    return seen
  }

  /// The command as the lines of the vendor's node log: `cd` first, then the program.
  public var lines: [String] {
    (directory.map { ["cd \(ShellQuoting.quote($0))"] } ?? []) + [program]
  }

  /// The command as one line that can be pasted into a shell on the node.
  public var line: String { lines.joined(separator: " && ") }

  private var program: String {
    words.map { word in
      switch word {
      case .text(let text): ShellQuoting.quote(text)
      case .secret(let name): "\"$\(name.variable)\""
      }
    }.joined(separator: " ")
  }

  /// What is handed to the node: the line, and before it one `read` for each secret.
  ///
  /// - Throws: `Failure` of kind `.refused` when `secrets` lacks one that the command needs.
  public func invocation(with secrets: [SecretName: Secret]) throws(Failure) -> ShellCommand {
    var reads = ""
    var input = ""
    for name in self.secrets {
      guard let secret = secrets[name] else {
        throw Failure(.refused, "no value for \(name.rawValue), which the command needs")
      }
      reads += "IFS= read -r \(name.variable) && "
      input += secret.reveal() + "\n"
    }
    return ShellCommand(reads + line, standardInput: Array(input.utf8))
  }
}
