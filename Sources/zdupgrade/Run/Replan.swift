import Axway
import Upgrade

/// Has a run go on by the plan that follows from what its file and the options are now.
struct Replan {
  /// The plan that is wanted now, and what it was made from.
  typealias Wanted = (plan: Plan, basis: RunBasis)

  private let past: PastRun
  private let isConfirmed: Bool
  private let draw: (UpgradeRun) async throws -> Wanted

  /// Another plan for the run of `past`.
  ///
  /// - Parameters:
  ///   - isConfirmed: whether the operator has said yes to whatever it changes.
  ///   - draw: makes it, and may look at nodes for that.
  init(past: PastRun, isConfirmed: Bool, _ draw: @escaping (UpgradeRun) async throws -> Wanted) {
    self.past = past
    self.isConfirmed = isConfirmed
    self.draw = draw
  }

  /// Options behind `--` that would be passed over are a mistake: the operator believes that they hold.
  ///
  /// - Parameters:
  ///   - isDryRun: what they say of a dry run.
  ///   - logDir: what they say of the folder of the logs.
  /// - Throws: `Failure` of kind `.refused`.
  static func checkMeaning(isDryRun: Bool, logDir: String) throws(Failure) {
    guard !isDryRun else {
      throw Failure(.refused, "--dry_run: has no meaning with --replan, which shows what changes and asks")
    }
    guard logDir == "logs" else {
      throw Failure(.refused, "--log_dir: has no meaning behind '--'; the run's records stay where they are")
    }
  }

  /// The change behind `progress`, of which the operator has seen and wants what it means; nil where there is none.
  ///
  /// - Throws: `Failure` where the run cannot go on by it, or the operator does not want it, and what drawing it throws.
  func change(behind progress: Progress, of run: UpgradeRun) async throws -> Replanning? {
    let (plan, basis) = try await draw(run)
    guard plan != past.plan || basis != past.basis else { return nil }
    let change = try Replanner.replanning(to: plan, from: basis, behind: progress)
    Console.result(ReplanningText(change, behind: progress).lines)
    try Prompt.confirm("Go on by this plan?", isConfirmed: isConfirmed)
    return change
  }
}

extension UpgradeOrder {
  /// The plan for the nodes as `past` has found them, and those that its plan does not have as they are.
  ///
  /// - Throws: `Failure`; `ExitCode` when one of the new nodes cannot be upgraded.
  func plan(behind past: PastRun, by run: UpgradeRun) async throws -> Replan.Wanted {
    let observed = past.basis.observed.compactMapValues(Observation.init(text:)).merging(
      try await added(to: past.plan, by: run)
    ) { past, _ in past }
    let plan = try plan(observed: observed)
    return (plan, try basis(of: plan, observed: observed))
  }

  /// The nodes that `old` does not have, as they are found.
  private func added(to old: Plan, by run: UpgradeRun) async throws -> [String: Observation] {
    let names = Set(topology.nodes.map(\.name)).subtracting(old.nodes.map(\.name))
    guard !names.isEmpty else { return [:] }
    let found = try await run.assembly.preflight(secrets: secrets).report(planner, forks: options.forks, of: names)
    try await run.refuse(found.problems)
    return found.observed
  }
}
