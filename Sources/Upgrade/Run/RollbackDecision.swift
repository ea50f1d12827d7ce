/// What follows a failed phase.
public enum RollbackDecision: Sendable, Hashable, Codable {
  /// The node is left as it is and the upgrade goes on with the next; its repair is the operator's.
  case proceed
  /// Nothing more is done, and nothing taken back.
  case stop
  /// These nodes are taken back, in this order, and nothing more is done.
  case rollBack([String])
}
