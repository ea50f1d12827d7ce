import Axway
import Upgrade

/// Has a run go on by the plan that follows from what the topology and the options are now.
struct Replan {
  /// The run.
  let past: PastRun
  /// What is wanted now.
  let order: UpgradeOrder
  /// Whether the operator has said yes to whatever it changes.
  let isConfirmed: Bool

  /// The change behind `progress`, of which the operator has seen and wants what it means; nil where there is none.
  ///
  /// - Throws: `Failure` where the run cannot go on by it, or the operator does not want it; `ExitCode` when a node that
  ///   the old plan does not have cannot be upgraded.
  func change(behind progress: Progress, of run: UpgradeRun) async throws -> Replanning? {
    let observed = past.basis.observed.compactMapValues(Observation.init(text:)).merging(try await added(of: run)) {
      past, _ in past
    }
    let plan = try order.plan(observed: observed)
    let basis = try order.basis(of: plan, observed: observed)
    guard plan != past.plan || basis != past.basis else { return nil }
    let change = try Replanner.replanning(to: plan, from: basis, behind: progress)
    Console.result(ReplanningText(change, behind: progress).lines)
    try Prompt.confirm("Go on by this plan?", isConfirmed: isConfirmed)
    return change
  }

  /// The nodes that the old plan does not have, as they are found.
  private func added(of run: UpgradeRun) async throws -> [String: Observation] {
    let names = Set(order.topology.nodes.map(\.name)).subtracting(past.plan.nodes.map(\.name))
    guard !names.isEmpty else { return [:] }
    let found = try await run.assembly.preflight(secrets: order.secrets).report(
      order.planner, forks: order.options.forks, of: names)
    try await run.refuse(found.problems)
    return found.observed
  }
}
