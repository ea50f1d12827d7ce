/// Asks nodes about their locks. No line of this is in a node's log: it does nothing to the gateway.
struct LockExchange: Sendable {
  private static let limit = 64 * 1024
  let handler: any CommandHandler

  /// What `node` answers to `command`.
  ///
  /// - Throws: `Failure` as the handler does, and of kind `.exit` or `.unreachable` when there is no answer.
  func ask(_ command: ShellCommand, on node: String, timeout: Duration = .seconds(30)) async throws -> LockState {
    let answer = try await handler.answer(to: command, on: node, timeout: timeout, limit: Self.limit)
    if let state = LockState(output: answer.output) { return state }
    if case .code(let code) = answer.exit, code != 0 {
      throw Failure(.exit, "look after the lock: exit code \(code)", exitCode: code, evidence: answer.complaints)
    }
    throw Failure(.unreachable, "look after the lock: the node gave no answer")
  }

  /// What `ask` gives for each of `nodes`, in their order; `forks` are asked at the same time.
  func askAll(
    _ nodes: [String], forks: Int, _ ask: @escaping @Sendable (String) async throws -> LockState
  ) async -> [(node: String, answer: Result<LockState, Failure>)] {
    let answers = await nodes.concurrentMap(atOnce: forks) { node -> Result<LockState, Failure> in
      do { return .success(try await ask(node)) } catch { return .failure(Failure.from(error, as: .unreachable)) }
    }
    return zip(nodes, answers).map { ($0, $1) }
  }
}
