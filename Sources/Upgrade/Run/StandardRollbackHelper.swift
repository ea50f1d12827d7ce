/// How much is taken back after a failure.
public enum RollbackPolicy: String, Sendable, Hashable, Codable, CaseIterable {
  /// The failing node first, then the nodes upgraded before it, the last one first.
  case all
  /// The failing node only.
  case node
  /// Nothing.
  case none
}

/// The decision by `--rollback`: nothing to take back before the first disruptive phase, nor after a gate that
/// stops; then as the policy says.
public struct StandardRollbackHelper: RollbackHelper {
  private let policy: RollbackPolicy

  /// A helper for `policy`.
  public init(_ policy: RollbackPolicy) { self.policy = policy }

  /// `.stop` or `.rollBack`; never `.proceed`.
  public func decision(
    after phase: Phase, failure: Failure, on node: String, results: Results
  ) -> RollbackDecision {
    guard phase.isDisruptive, failure.kind != .gate else { return .stop }
    switch policy {
    case .none: return .stop
    case .node: return .rollBack([node])
    // The node could not be taken out or stopped without hurting its group; taking out more nodes would hurt it more.
    case .all where failure.kind == .refused: return .rollBack([node])
    case .all: return .rollBack([node] + results.disruptedNodes.reversed().filter { $0 != node })
    }
  }
}
