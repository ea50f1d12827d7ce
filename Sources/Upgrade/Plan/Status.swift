/// How a run ended; the process exits with its code.
///
/// Source: the status codes of the vendor's scripts. A product adds its phases' codes as constants of its own.
public struct Status: Sendable, Hashable, Codable {
  /// The name, as in the summary's title behind `Status.`.
  public let name: String
  /// The exit code.
  public let code: Int32

  /// A status.
  public init(_ name: String, _ code: Int32) {
    self.name = name
    self.code = code
  }

  /// Every phase passed on every node.
  public static let success = Status("SUCCESS", 0)
  /// The nodes were taken back, as the operator wanted.
  public static let rolledBack = Status("ROLLED_BACK", 0)
  /// Taking a node back failed: it needs the operator's hand.
  public static let rollbackFailed = Status("ROLLBACK_FAILED", 75)
  /// The run was ended because the traffic probe's budget was spent.
  public static let probeBudgetSpent = Status("PROBE_BUDGET_SPENT", 76)
  /// A gate between two waves, or at the end, did not pass.
  public static let gateFailed = Status("GATE_FAILED", 77)
  /// The change window is too short for what is left to do; what was done stays done.
  public static let windowClosed = Status("WINDOW_CLOSED", 78)
  /// The run could not begin, or cannot go on; bad options and bad files too.
  public static let fatalError = Status("FATAL_ERROR", 80)
}
