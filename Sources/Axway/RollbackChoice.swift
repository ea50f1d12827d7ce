import Upgrade

/// Which nodes of a run are taken back when the operator wants it. Pure.
///
/// Source: rule 12 of the rolling upgrade.
public struct RollbackChoice: Sendable, Hashable {
  /// These nodes alone; empty for all.
  public let only: [String]
  /// This node and those that were upgraded after it; nil for all.
  public let from: String?

  /// A choice.
  public init(only: [String] = [], from: String? = nil) {
    self.only = only
    self.from = from
  }

  /// The nodes to take back of a run of `plan` that has come so far, in the order in which that is done: the last one
  /// that was upgraded first, the first Admin Node Manager at the end.
  ///
  /// - Throws: `Failure` of kind `.refused` when a node is not there or has nothing to take back, or the first Admin Node
  ///   Manager would go back while later nodes stay in its domain.
  public func nodes(of plan: Plan, _ progress: Progress) throws(Failure) -> [String] {
    let all = progress.disruptedNodes
    guard let first = all.first else { throw Failure(.refused, "there is nothing to take back") }
    for (option, node) in only.map({ ("--only", $0) }) + [from].compactMap({ $0 }).map({ ("--from", $0) })
    where !all.contains(node) {
      throw Self.wrong(node, option, plan)
    }
    let place = from.flatMap(all.firstIndex) ?? 0
    let chosen = all[place...].filter { only.isEmpty || only.contains($0) }
    let kept = all.filter { !chosen.contains($0) && Self.isApplied($0, plan, progress) }
    let leadsDomain =
      plan.stages.lazy.flatMap(\.lanes).first { $0.steps.contains { $0.phase == .apply } }?.node == first
    guard !leadsDomain || !chosen.contains(first) || kept.isEmpty else {
      throw Failure(
        .refused,
        "\(first) holds the first Admin Node Manager of the new domain, which \(kept.joined(separator: ", ")) would stay in",
        remedy: "take all nodes back, or leave \(first) out")
    }
    return chosen.reversed()
  }

  private static func wrong(_ node: String, _ option: String, _ plan: Plan) -> Failure {
    let names = plan.nodes.map(\.name)
    guard !names.contains(node) else {
      return Failure(.refused, "\(option): nothing was done to \(node) that can be taken back")
    }
    return Failure(.refused, "\(option): '\(node)' is no node of the run\(NearMatch.hint(for: node, among: names))")
  }

  private static func isApplied(_ node: String, _ plan: Plan, _ progress: Progress) -> Bool {
    progress.begun[node]?.contains { plan.step($0)?.phase == .apply } == true
  }
}
