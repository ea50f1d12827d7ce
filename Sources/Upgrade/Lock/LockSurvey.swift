/// Looks at the locks of nodes, and removes those of a run, for who is no run itself.
public struct LockSurvey: Sendable {
  /// What a node answered.
  public typealias Answer = (node: String, answer: Result<LockState, Failure>)

  private let exchange: LockExchange
  private let shell: String

  /// A survey over `handler`.
  public init(handler: any CommandHandler) { self.init(handler: handler, shell: "/bin/sh") }

  init(handler: any CommandHandler, shell: String) {
    exchange = LockExchange(handler: handler)
    self.shell = shell
  }

  /// Who holds each of `nodes`: `.free` or `.held`, in their order; `forks` are asked at the same time. Changes nothing.
  public func look(at nodes: [String], forks: Int = 32) async -> [Answer] {
    await exchange.askAll(nodes, forks: forks) { [exchange, shell] in
      try await exchange.ask(LockCommands.look(shell: shell), on: $0)
    }
  }

  /// Removes the locks of `run` from `nodes`, `forks` at the same time: `.removed` where there was one, else as `look`
  /// tells.
  public func unlock(_ run: RunID, on nodes: [String], forks: Int = 32) async -> [Answer] {
    await exchange.askAll(nodes, forks: forks) { [exchange, shell] in
      try await exchange.ask(LockCommands.unlock(run, shell: shell), on: $0)
    }
  }
}
