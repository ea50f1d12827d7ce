/// Sends single probes.
public protocol ProbeSender: Sendable {
  /// Asks `target` once, on a connection of its own, and says what became of it.
  ///
  /// - Parameter timeout: for the whole answer, from the first step of the connection on. It returns soon behind that.
  func send(_ target: ProbeTarget, timeout: Duration) async -> ProbeOutcome
}
