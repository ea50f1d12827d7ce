/// Looks at a phase and its result and decides whether to roll back (the original's `rollback_helper`).
///
/// A pure function: replace it to let an upgrade proceed after errors that you know, or to roll back more or less.
public protocol RollbackHelper: Sendable {
  /// What follows the failure of `phase` on `node` with `failure`.
  ///
  /// - Parameter results: the results of all nodes so far, this one included.
  func decision(after phase: Phase, failure: Failure, on node: String, results: Results) -> RollbackDecision
}
