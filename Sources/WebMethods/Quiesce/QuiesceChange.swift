import Upgrade

/// What came of an order to quiesce a gateway, or to end that.
public enum QuiesceChange: Sendable, Hashable {
  /// It is under way, or done: ask for the state.
  case accepted
  /// It was so already (409).
  case alreadySo
  /// No answer came: it may have had its effect or not. Only for `all`, which is not repeated; ask at the quiesce port.
  case answerLost(Failure)
}
