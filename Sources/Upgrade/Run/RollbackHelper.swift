/// Looks at a phase and its result and decides whether to roll back (the original's `rollback_helper`).
///
/// A pure function: replace it to let an upgrade proceed after errors that you know, or to roll back more or less.
public protocol RollbackHelper: Sendable {
  /// What follows the failure of `phase` on `node` with `failure`.
  ///
  /// - Parameter results: the results of all nodes so far, this one included.
  func decision(after phase: Phase, failure: Failure, on node: String, results: Results) -> RollbackDecision
}

/// What follows a failed phase.
public enum RollbackDecision: Sendable, Hashable, Codable {
  /// The node is left as it is and the upgrade goes on with the next; its repair is the operator's.
  case proceed
  /// Nothing more is done, and nothing taken back.
  case stop
  /// These nodes are taken back, in this order, and nothing more is done.
  case rollBack([String])
}

/// How much is taken back after a failure.
public enum RollbackPolicy: String, Sendable, Hashable, Codable, CaseIterable {
  /// The failing node first, then the nodes upgraded before it, the last one first.
  case all
  /// The failing node only.
  case node
  /// Nothing.
  case none
}

/// The decision by `--rollback`: nothing to take back before the first disruptive phase, then as the policy says.
public struct StandardRollbackHelper: RollbackHelper {
  private let policy: RollbackPolicy

  /// A helper for `policy`.
  public init(_ policy: RollbackPolicy) { self.policy = policy }

  /// `.stop` or `.rollBack`; never `.proceed`.
  public func decision(
    after phase: Phase, failure: Failure, on node: String, results: Results
  ) -> RollbackDecision {
    guard phase.isDisruptive else { return .stop }
    switch policy {
    case .none: return .stop
    case .node: return .rollBack([node])
    case .all: return .rollBack([node] + results.disruptedNodes.reversed().filter { $0 != node })
    }
  }
}
