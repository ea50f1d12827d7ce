import Upgrade

/// Whether a gateway is quiesced, and how far it is with that. A restart begins with a gateway that is not.
actor QuiesceControl {
  /// What is blocked.
  enum Block: String, Sendable {
    case designtime, all
  }

  /// How the last operation ended.
  enum Outcome: Sendable, Equatable {
    case success
    case failure(String)
  }

  /// What is shown of it.
  struct Standing: Sendable {
    var isEnabled = false
    var block = Block.designtime
    var flush: [TransactionLog.Metrics] = []
    var isRunning = false
    var outcome: Outcome?
  }

  private(set) var standing = Standing()
  /// What holds when an operation for all fails.
  private var before = Standing()
  /// Whether the gateway's package is disabled: quiescing for all is complete.
  private(set) var isPackageDisabled: Bool

  /// - Parameter isQuiesced: whether the server was started in quiesce mode.
  init(isQuiesced: Bool) { isPackageDisabled = isQuiesced }

  /// Whether changes are refused.
  var isBlocking: Bool { standing.isEnabled }

  /// Begins to block.
  ///
  /// - Returns: what holds now; nil when it is in effect already.
  func enable(_ block: Block, flush: [TransactionLog.Metrics]) -> Standing? {
    if standing.isEnabled && (standing.block == .all || standing.block == block) { return nil }
    before = standing
    standing = Standing(isEnabled: true, block: block, flush: block == .all ? flush : [], isRunning: true)
    return standing
  }

  /// Blocks nothing any more.
  ///
  /// - Returns: what holds now; nil when nothing was blocked, or all is, which only a restart ends.
  func disable() -> Standing? {
    guard standing.isEnabled, standing.block == .designtime else { return nil }
    standing = Standing(outcome: .success)
    return standing
  }

  /// An operation has ended. A failed one blocks no more than before.
  ///
  /// - Returns: whether it still held; it does not when it was disabled meanwhile.
  func end(_ block: Block, _ outcome: Outcome) -> Bool {
    guard standing.isEnabled, standing.block == block, standing.isRunning else { return false }
    if case .failure = outcome {
      standing.isEnabled = block == .all && before.isEnabled
      if standing.isEnabled { standing.block = before.block }
    }
    standing.isRunning = false
    standing.outcome = outcome
    if outcome == .success && block == .all { isPackageDisabled = true }
    return true
  }
}
