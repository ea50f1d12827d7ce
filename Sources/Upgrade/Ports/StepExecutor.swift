/// Performs one act on one node; the conductor knows nothing more about how anything is done.
public protocol StepExecutor: Sendable {
  /// Performs `act` on `node` and returns when it is done and was seen to be.
  ///
  /// - Throws: `Failure`; any other error is taken for one.
  func perform(_ act: Act, on node: Node) async throws

  /// Has `gate` pass, one that is about no single node.
  ///
  /// - Throws: `Failure`, of kind `.gate` when the gate only stops the run.
  func pass(_ gate: Gate, at place: GatePlace) async throws
}
