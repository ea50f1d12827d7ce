/// All checks, and whether the upgrade may start: what `zdupgrade check` prints, as text or as one document. Pure.
public struct CheckReport: Sendable, Hashable, Encodable {
  /// The worst result: `fail`, `warn` or `pass`.
  public let result: Check.Result
  /// How many checks came to each result.
  public let counts: Counts
  /// The checks.
  public let checks: [Check]

  /// How many checks came to each result.
  public struct Counts: Sendable, Hashable, Encodable {
    /// Those that hold.
    public let pass: Int
    /// Those with which the upgrade may start.
    public let warn: Int
    /// Those with which it may not.
    public let fail: Int
    /// Those that were not looked at.
    public let skipped: Int
  }

  /// A report on `checks`: those about the control node and all nodes first, then by node in the order of `nodes`.
  public init(_ checks: [Check], nodes: [String]) {
    let places = Self.places([Check.controlNode, Check.all] + nodes)
    let ids = Self.places(CheckID.allCases)
    self.checks = checks.sorted {
      (places[$0.node] ?? 0, ids[$0.check] ?? 0) < (places[$1.node] ?? 0, ids[$1.check] ?? 0)
    }
    let count = { (result: Check.Result) in checks.count { $0.result == result } }
    counts = Counts(pass: count(.pass), warn: count(.warn), fail: count(.fail), skipped: count(.skipped))
    result = counts.fail > 0 ? .fail : counts.warn > 0 ? .warn : .pass
  }

  private static func places<Key: Hashable>(_ keys: [Key]) -> [Key: Int] {
    Dictionary(zip(keys, keys.indices)) { first, _ in first }
  }

  /// Whether a run would begin.
  public var mayStart: Bool { result != .fail }
}
