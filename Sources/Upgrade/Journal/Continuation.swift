/// What a later process does with a run that another one has begun.
public enum Continuation: String, Sendable, Hashable, Codable {
  /// It goes on to the end of the plan.
  case resume
  /// It takes nodes back.
  case rollback
}
