import Synchronization
import Upgrade

/// A place where a balancer's commands run: the control node, or the balancer's own host.
public struct BalancerShell: Sendable {
  /// What carries commands there.
  public let handler: any CommandHandler
  /// The name under which `handler` knows that place.
  public let node: String

  /// A place to run commands at.
  public init(handler: any CommandHandler, node: String) {
    self.handler = handler
    self.node = node
  }

  /// What a script left behind.
  struct Answer {
    let exit: CommandExit
    /// Its standard output.
    let output: [UInt8]
    /// The last lines it printed on either stream.
    let lines: [String]

    /// Its standard output as text.
    var text: String { String(decoding: output, as: UTF8.self) }
  }

  /// Runs a constant POSIX shell script with its data as `$1`, `$2`, ... and on standard input.
  ///
  /// - Throws: `Failure` of kind `.balancer` when it did not run to its end; `CancellationError`.
  func run(
    _ script: String, _ arguments: [String] = [], input: [UInt8] = [], timeout: Duration = .seconds(60),
    output: @escaping @Sendable (CommandOutput) async -> Void = { _ in }
  ) async throws -> Answer {
    // With `exec` no outer shell stands between, which would turn a signal into an exit code.
    let command = ShellCommand("exec " + Command.script(script, arguments).line, standardInput: input)
    let printed = Printed()
    let exit: CommandExit
    do {
      exit = try await handler.run(command, on: node, timeout: timeout) { piece in
        printed.append(piece)
        await output(piece)
      }
    } catch let error as CancellationError {
      throw error
    } catch {
      let failure = Failure.from(error, as: .balancer)
      throw Failure(
        .balancer, failure.message, exitCode: failure.exitCode, evidence: failure.evidence + printed.lines,
        remedy: failure.remedy)
    }
    return Answer(exit: exit, output: printed.standardOutput, lines: printed.lines)
  }
}

/// Collects what a command prints: standard output in full, and the end of both streams for evidence.
private final class Printed: Sendable {
  private let state = Mutex((output: [UInt8](), tail: [UInt8]()))
  private static let tailLength = 16_384
  // A script that prints more is not one of ours; the rest is dropped, which its reader notices.
  private static let outputLimit = 16 << 20

  func append(_ piece: CommandOutput) {
    state.withLock { state in
      if piece.stream == .standardOutput, state.output.count < Self.outputLimit { state.output += piece.bytes }
      state.tail = (state.tail + piece.bytes).suffix(Self.tailLength)
    }
  }

  var standardOutput: [UInt8] { state.withLock { $0.output } }

  var lines: [String] {
    let text = String(decoding: state.withLock { $0.tail }, as: UTF8.self)
    return text.split(whereSeparator: \.isNewline).suffix(50).map(String.init)
  }
}
