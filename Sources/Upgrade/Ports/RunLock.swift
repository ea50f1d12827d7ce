/// Sees to it that the nodes belong to one run at a time.
public protocol RunLock: Sendable {
  /// Returns when `node` is still this run's, or nothing speaks against it and `act` does not touch it: a load balancer
  /// may have to send requests to a node again that cannot be reached just now.
  ///
  /// - Throws: `Failure` of kind `.lockLost` when it is not; of another kind when that cannot be found out.
  func confirm(_ act: Act, on node: Node) async throws
}
