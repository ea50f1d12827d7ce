import Upgrade

/// What is to be believed of a run's steps where the nodes' sysupgrade does not say the same as the journal: the nodes
/// know better. Pure.
///
/// Source: rule 11 of the rolling upgrade, `sysupgrade status` on the node says how far it is.
public enum Belief {
  private static let states: [(phase: Phase, state: SysupgradeState)] = [
    (.export, .exported), (.upgrade, .upgraded), (.apply, .applied),
  ]

  /// The events that make `progress` agree with the nodes, of which those in `found` have said how far they are.
  ///
  /// A step that was begun and not seen to end is left as it is: its own result is to be had on the node.
  public static func events(of plan: Plan, _ progress: Progress, found: [String: SysupgradeState]) -> [Event] {
    plan.stages.enumerated().flatMap { index, stage in
      stage.lanes.flatMap { lane in
        lane.steps.enumerated().compactMap { place, step in
          found[lane.node].flatMap {
            event(of: step, StepID(lane.node, stage: index, step: place), progress, found: $0)
          }
        }
      }
    }
  }

  private static func event(
    of step: Step, _ id: StepID, _ progress: Progress, found: SysupgradeState
  ) -> Event? {
    guard case .run = step.act.action, let wanted = states.first(where: { $0.phase == step.phase })?.state else {
      return nil
    }
    let isDone = found >= wanted
    let isCompleted = progress.completed.contains(id)
    guard isDone != isCompleted, !progress.isUnderWay(id) else { return nil }
    return .believed(id, isDone: isDone, why: "sysupgrade status says '\(found.rawValue)'")
  }
}
