import Upgrade

/// Decides what follows a failure of a blue-green upgrade, by the last column of the vendor's procedure. Pure.
///
/// Where an old node takes changes again, what was copied from it before is worth nothing any more: so all nodes go back
/// together, also those of the other side, and all is done again when the run is resumed.
public struct BlueGreenRollbackHelper: RollbackHelper {
  private let policy: RollbackPolicy
  private let profile: UpgradeProfile
  private let old: [String]
  private let new: [String]

  /// A helper for `settings`.
  public init(_ settings: BlueGreenSettings, _ policy: RollbackPolicy) {
    self.policy = policy
    profile = settings.profile
    old = settings.old.nodes.map(\.name)
    new = settings.new?.nodes.map(\.name) ?? []
  }

  /// The nodes that go back when the operator wants it, in the order in which they do: the old side first, since it must
  /// serve again before the new one is taken out.
  ///
  /// - Throws: `Failure` of kind `.refused` when there is nothing to take back.
  public func nodes(toTakeBack progress: Progress) throws(Failure) -> [String] {
    let disrupted = progress.disruptedNodes
    let nodes = (old.reversed() + new.reversed()).filter(disrupted.contains)
    guard !nodes.isEmpty else { throw Failure(.refused, "there is nothing to take back") }
    return nodes
  }

  /// What follows the failure of `phase` on `node`.
  public func decision(
    after phase: Phase, failure: Failure, on node: String, results: Results
  ) -> RollbackDecision {
    guard phase.isDisruptive, failure.kind != .gate else { return .stop }
    // The old side is done with, and the new one serves: the others are shut down all the same.
    if phase == .shutdown, profile != .minorCluster { return .proceed }
    guard policy != .none, phase != .clean, phase != .reindexLogs else { return .stop }
    // The nodes before it are complete, and their fix stays.
    guard profile != .minorCluster else { return .rollBack([node]) }
    if policy == .node, phase != .quiesceAll { return .rollBack([node]) }
    // Whichever side has failed goes first: who was taken out is put back before any of the other side is taken out.
    let (mine, others) = old.contains(node) ? (old, new) : (new, old)
    // Of the others nothing is to be taken back, and the run would wait for that.
    let disrupted = results.disruptedNodes
    let rest = mine.reversed().filter { $0 != node } + others.reversed()
    return .rollBack([node] + rest.filter(disrupted.contains))
  }
}
