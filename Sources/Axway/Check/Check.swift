import Upgrade

/// One precondition of the upgrade, as it was found.
public struct Check: Sendable, Hashable, Codable {
  /// What came of a check.
  public enum Result: String, Sendable, Hashable, Codable, CaseIterable {
    /// It holds.
    case pass
    /// The upgrade may start, but the operator should know.
    case warn
    /// The upgrade may not start.
    case fail
    /// It was not looked at; the evidence says why.
    case skipped
  }

  /// What `node` is where a check is about all nodes together.
  public static let all = "all"
  /// What `node` is where a check is about the machine that zdupgrade runs on.
  public static let controlNode = "control node"

  /// The node's name, `all` or `control node`.
  public let node: String
  /// Which precondition.
  public let check: CheckID
  /// What came of it.
  public let result: Result
  /// What was seen, in one line.
  public let evidence: String
  /// What to do about it; nil where nothing is to be done.
  public let remedy: String?

  /// A check.
  public init(_ check: CheckID, on node: String, _ result: Result, _ evidence: String, remedy: String? = nil) {
    self.node = node
    self.check = check
    self.result = result
    self.evidence = evidence
    self.remedy = remedy
  }

  /// It as what stands in the way of a run; nil unless it has failed.
  public var problem: Problem? {
    guard result == .fail else { return nil }
    return Problem(node: node == Self.all || node == Self.controlNode ? nil : node, evidence, remedy: remedy ?? "")
  }

  /// A check that has failed because of `problem`.
  public init(_ check: CheckID, _ problem: Problem) {
    self.init(check, on: problem.node ?? Self.all, .fail, problem.text, remedy: problem.remedy)
  }
}
