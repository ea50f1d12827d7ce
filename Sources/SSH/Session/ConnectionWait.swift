import CLibSSH2

// Calls of libssh2 before the login, which are repeated until they are done.
extension Connection {
  /// Repeats `call` for as long as it says `LIBSSH2_ERROR_EAGAIN`, and gives what it says then.
  ///
  /// - Parameter what: begins the error's message.
  /// - Throws: `SSHError` of kind `.timeout` after `deadline`, or of `kind` when the connection ends; `CancellationError`.
  nonisolated(nonsending) func repeating(
    _ what: String, failing kind: @autoclosure () -> SSHError.Kind, until deadline: ContinuousClock.Instant,
    _ call: () -> Int32
  ) async throws -> Int32 {
    while true {
      assert(loop.isCurrent)
      transport.startRound()
      let result = call()
      if result != LIBSSH2_ERROR_EAGAIN { return result }
      if let end = transport.end { throw lost(what, kind(), end) }
      if transport.isRationSpent { continue }
      guard try await readiness.wait(until: deadline) else {
        throw SSHError(.timeout, "\(what): no answer in time", evidence: transport.farewell.map { [$0.evidence] } ?? [])
      }
    }
  }
}
