/// What follows when the traffic probe's budget is spent.
public enum BreachReaction: String, Sendable, Hashable, Codable, CaseIterable {
  /// The node in hand is finished, then the run waits for the operator.
  case pause
  /// The node in hand is put back where it still drains, else finished; then the run ends.
  case abort
  /// What is in hand ends at its next step, and every node is taken back, the last one first.
  case rollback
}
