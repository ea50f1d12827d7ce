import Upgrade

/// What came of an order to shut down.
public enum ShutdownStart: Sendable, Hashable {
  /// It goes down.
  case accepted
  /// No answer came: it may be going down or not. It is not sent again; `health` tells.
  case answerLost(Failure)
}
