import Upgrade

/// What came of an order to begin a migration action.
public enum MigrationStart: Sendable, Hashable {
  /// It has begun.
  case started
  /// It runs already (409), whoever began it: wait for that one's end.
  case alreadyRunning
  /// No answer came: it may have begun or not. It is not sent again; `migrationStatus` tells.
  case answerLost(Failure)
}
