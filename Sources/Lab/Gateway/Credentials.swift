import Glibc

/// What a step needs to log in, from its options or, where they lack it, from whoever sits at standard input.
struct Credentials: Sendable {
  let username: String
  let password: String

  /// Takes `--username` and `--password`.
  init(_ arguments: ToolArguments) throws(ToolFailure) {
    username = try Self.value("--username", arguments, prompt: "Enter username: ", isSecret: false)
    password = try Self.value("--password", arguments, prompt: "Enter password: ", isSecret: true)
  }

  /// Whether the lab's administrator has them.
  func areValid(in lab: LabDescription) -> Bool {
    username == lab.username && password == Self.secret(lab.layout.password)
  }

  /// The option's value, or the line that is typed.
  static func value(
    _ option: String, _ arguments: ToolArguments, prompt: String, isSecret: Bool
  ) throws(ToolFailure) -> String {
    if let value = arguments[option] { return value }
    _ = TextFile.write(Array(prompt.utf8), to: STDOUT_FILENO)
    var settings = termios()
    let isTerminal = tcgetattr(STDIN_FILENO, &settings) == 0
    let before = settings
    if isTerminal && isSecret {
      settings.c_lflag &= ~tcflag_t(ECHO)
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
    }
    defer { if isTerminal && isSecret { _ = withUnsafePointer(to: before) { tcsetattr(STDIN_FILENO, TCSAFLUSH, $0) } } }
    guard let line = readLine() else {
      throw ToolFailure(
        text: "\nERROR: No value for \(option): standard input has ended. Give \(option) to run unattended.",
        exitCode: ToolFailure.failedStep)
    }
    return line
  }

  /// The first line of a secret's file.
  static func secret(_ path: String) -> String? { TextFile.read(path).map { String($0.prefix { $0 != "\n" }) } }
}
