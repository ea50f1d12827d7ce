/// The results per node and phase so far, in the order in which they came in.
public struct Results: Sendable, Hashable {
  /// One result.
  public struct Entry: Sendable, Hashable {
    /// The node.
    public let node: String
    /// The phase.
    public let phase: Phase
    /// How it ended.
    public let result: PhaseResult
  }

  /// All results, oldest first.
  public private(set) var entries: [Entry] = []

  /// No results.
  public init() {}

  /// Takes in what an event says about results; most say nothing. A look at the nodes is no part of what is done.
  public mutating func apply(_ event: Event) {
    if case .phaseEnded(let node, let phase, let result) = event, phase != .preflight { add(node, phase, result) }
  }

  /// Adds a result.
  public mutating func add(_ node: String, _ phase: Phase, _ result: PhaseResult) {
    entries.append(Entry(node: node, phase: phase, result: result))
  }

  /// Takes away the results that `match`.
  mutating func removeAll(where match: (Entry) -> Bool) { entries.removeAll(where: match) }

  /// The result of `phase` on `node`; nil where it was not run.
  public func result(_ node: String, _ phase: Phase) -> PhaseResult? {
    entries.last { $0.node == node && $0.phase == phase }?.result
  }

  /// The nodes from which something was taken that may have to be given back, in the order in which it was taken.
  public var disruptedNodes: [String] {
    var nodes: [String] = []
    for entry in entries where entry.phase.isDisruptive && entry.phase != .rollback && !nodes.contains(entry.node) {
      nodes.append(entry.node)
    }
    return nodes
  }

  /// The first phase that failed, the rollback's apart; nil when none did.
  public var firstFailure: Entry? {
    entries.first { !$0.result.hasPassed && $0.phase != .rollback }
  }

  /// How the run ended, by these results: a failed rollback outweighs the failure that led to it.
  public var status: Status {
    if entries.contains(where: { $0.phase == .rollback && !$0.result.hasPassed }) { return .rollbackFailed }
    return firstFailure?.phase.failure ?? .success
  }
}
