/// How a command reaches a node (the original's `command_handler`): SSH in production, a local shell for the control node.
public protocol CommandHandler: Sendable {
  /// Runs `command` on `node` and returns when it has ended and both streams were read to their end.
  ///
  /// - Parameters:
  ///   - timeout: when to give up; the command's channel is closed then. `nil` waits for ever.
  ///   - output: is handed every piece of output, in order for each stream, and is awaited: a slow reader slows the command.
  /// - Throws: `Failure` of kind `.unreachable`, `.hostKey`, `.authentication` or `.timeout`; `CancellationError`.
  func run(
    _ command: ShellCommand, on node: String, timeout: Duration?,
    output: @escaping @Sendable (CommandOutput) async -> Void
  ) async throws -> CommandExit
}

/// A line for a POSIX shell and what it reads on standard input.
public struct ShellCommand: Sendable, Hashable {
  /// The line, as the shell gets it. No secret is in it.
  public let text: String
  /// The bytes it reads; the stream ends behind them. May hold secrets.
  public let standardInput: [UInt8]

  /// A line and its input.
  public init(_ text: String, standardInput: [UInt8] = []) {
    self.text = text
    self.standardInput = standardInput
  }
}

extension ShellCommand: CustomStringConvertible, CustomReflectable {
  /// The line, without the input.
  public var description: String { text }
  /// The line, without the input.
  public var customMirror: Mirror { Mirror(self, children: ["text": text]) }
}

/// A piece of what a command printed.
public struct CommandOutput: Sendable, Hashable {
  /// Where a command prints to.
  public enum Stream: String, Sendable, Hashable, Codable {
    case standardOutput = "stdout"
    case standardError = "stderr"
  }

  /// Where it was printed.
  public let stream: Stream
  /// The bytes, as they came; a character or a line may be cut.
  public let bytes: [UInt8]

  /// A piece of output.
  public init(_ stream: Stream, _ bytes: [UInt8]) {
    self.stream = stream
    self.bytes = bytes
  }
}

/// How a command ended.
public enum CommandExit: Sendable, Hashable, Codable {
  /// It exited with this code.
  case code(Int32)
  /// It was ended by this signal, named as SSH does: without `SIG`, for example `TERM`.
  case signal(String)
}
