/// Performs one act on one node; the conductor knows nothing more about how anything is done.
public protocol StepExecutor: Sendable {
  /// Performs `act` on `node` and returns when it is done and was seen to be. The same `attempt` at it, made again after
  /// a crash, goes on where it was and starts nothing twice.
  ///
  /// - Throws: `Failure`; any other error is taken for one.
  func perform(_ act: Act, as attempt: Attempt, on node: Node) async throws

  /// Whether `node` knows of `attempt`: it was begun there, and runs or has ended.
  ///
  /// - Throws: `Failure` when the node does not say.
  func isKnown(_ attempt: Attempt, on node: Node) async throws -> Bool

  /// Sees that nothing of `attempt` runs on `node` any more, so that it can be taken back.
  ///
  /// - Throws: `Failure` when something does, or may.
  func end(_ attempt: Attempt, on node: Node) async throws

  /// Removes what the run has left on `node` besides its effect; unless `all`, what tells of a failure stays.
  ///
  /// - Parameter hasJobs: whether commands of the run have run on it.
  /// - Returns: what is still there, in words; nil when nothing is.
  /// - Throws: `Failure`.
  func cleanUp(_ node: Node, hasJobs: Bool, all: Bool) async throws -> String?

  /// Has `gate` pass, one that is about no single node.
  ///
  /// - Throws: `Failure`, of kind `.gate` when the gate only stops the run.
  func pass(_ gate: Gate, at place: GatePlace) async throws
}
