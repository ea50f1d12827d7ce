public import Upgrade

/// Runs commands as the user that each node's topology names, and as the login's user where it names none.
public struct BecomingCommandHandler: CommandHandler {
  private let handler: any CommandHandler
  private let users: [String: Become]

  /// A handler that hands commands on to `handler`; `users` are by the nodes' names.
  public init(_ handler: any CommandHandler, users: [String: Become]) {
    self.handler = handler
    self.users = users
  }

  /// Runs `command` as the user of `node`.
  ///
  /// - Throws: as the handler behind it; where sudo refuses, the command exits with sudo's code and words.
  public func run(
    _ command: ShellCommand, on node: String, timeout: Duration?,
    output: @escaping @Sendable (CommandOutput) async -> Void
  ) async throws -> CommandExit {
    try await handler.run(users[node]?.wrap(command) ?? command, on: node, timeout: timeout, output: output)
  }
}
