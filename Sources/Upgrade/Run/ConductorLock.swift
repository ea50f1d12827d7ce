// The lock of the run.
extension Conductor {
  /// Why `act` may not be begun, as to the lock of its node; nil when it may. A lock that is lost ends the run: no further
  /// node is taken in hand, those that are in hand and still this run's are finished or put back, and nothing at all is
  /// done to the others. What only looks may always be begun: the next act that changes anything is asked for again.
  func obstacle(before act: Act, on node: Node) async -> Failure? {
    guard !act.action.onlyLooks else { return nil }
    do {
      try await lock?.confirm(act, on: node)
      return nil
    } catch {
      let failure = Failure.from(error, as: .refused)
      if failure.kind == .lockLost { await control.stop(because: failure.message) }
      return failure.inContext("\(act.title): not begun")
    }
  }
}
