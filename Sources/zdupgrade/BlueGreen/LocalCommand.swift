import Upgrade
import WebMethods

/// Runs the operator's commands on the control node; which node each is about stands in its environment.
struct LocalCommand: ControlCommand {
  let runner: CommandRunner

  /// Runs `command` to its end; see `ControlCommand`.
  func run(_ command: OperatorCommand, about node: Node) async throws {
    try await runner.run(
      command.line(about: node.name, host: node.host), on: node.name, timeout: .seconds(command.timeout)
    ).check()
  }
}
