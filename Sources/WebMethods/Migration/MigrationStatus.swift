/// What a gateway says about a migration action.
public enum MigrationStatus: Sendable, Hashable, Codable {
  /// It was never begun there.
  case neverRun
  /// It was, and is so far. With `reindex` this may be about an earlier one of other data.
  case begun(ActionProgress)
}

extension MigrationStatus: CustomStringConvertible {
  /// `never run`, or the progress.
  public var description: String {
    switch self {
    case .neverRun: "never run"
    case .begun(let progress): progress.description
    }
  }
}
