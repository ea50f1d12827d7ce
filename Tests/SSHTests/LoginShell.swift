import CommandHandlers
import Upgrade

/// Hands a line to a login shell, as sshd does.
struct LoginShell: CommandHandler {
  let shell: String

  func run(
    _ command: ShellCommand, on node: String, timeout: Duration?,
    output: @escaping @Sendable (CommandOutput) async -> Void
  ) async throws -> CommandExit {
    let line = "exec \(ShellQuoting.quote(shell)) -c \(ShellQuoting.quote(command.text))"
    let outer = ShellCommand(line, standardInput: command.standardInput)
    return try await LocalCommandHandler().run(outer, on: node, timeout: timeout, output: output)
  }
}
