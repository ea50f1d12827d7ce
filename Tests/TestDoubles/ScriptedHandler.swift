import Upgrade

/// A command handler that answers as it is told, and fails loudly for a command that it was not told about.
public actor ScriptedHandler: CommandHandler {
  /// What it answers to a command.
  public struct Answer: Sendable {
    let exits: [Result<CommandExit, Failure>]
    let output: [CommandOutput]

    /// Exits in turn with these codes, the last one again and again, after printing `output`.
    public static func exits(_ codes: Int32..., output: String = "", errors: String = "") -> Answer {
      let pieces = [
        CommandOutput(.standardOutput, Array(output.utf8)), CommandOutput(.standardError, Array(errors.utf8)),
      ]
      return Answer(exits: codes.map { .success(.code($0)) }, output: pieces.filter { !$0.bytes.isEmpty })
    }

    /// Is ended by a signal.
    public static func signal(_ name: String) -> Answer { Answer(exits: [.success(.signal(name))], output: []) }

    /// Fails without an exit.
    public static func fails(_ failure: Failure) -> Answer { Answer(exits: [.failure(failure)], output: []) }
  }

  /// The commands that were run, as `node: text`, in order.
  public private(set) var ran: [String] = []
  /// What was on standard input, by command.
  public private(set) var inputs: [String: [UInt8]] = [:]
  private var answers: [(part: String, answer: Answer)]
  private var counts: [String: Int] = [:]

  /// A handler that answers a command by the first part that its `node: text` contains.
  public init(_ answers: [(String, Answer)]) { self.answers = answers.map { (part: $0.0, answer: $0.1) } }

  /// Answers as told.
  public func run(
    _ command: ShellCommand, on node: String, timeout: Duration?,
    output: @escaping @Sendable (CommandOutput) async -> Void
  ) async throws -> CommandExit {
    let text = "\(node): \(command.text)"
    ran.append(text)
    inputs[text] = command.standardInput
    guard let (part, answer) = answers.first(where: { text.contains($0.part) }) else {
      preconditionFailure("the test said nothing about this command: \(text)")
    }
    for piece in answer.output { await output(piece) }
    let index = counts[part, default: 0]
    counts[part] = index + 1
    return try answer.exits[min(index, answer.exits.count - 1)].get()
  }
}
