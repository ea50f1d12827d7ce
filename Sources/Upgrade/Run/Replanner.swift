/// Finds which steps of a run's plan are which of another one's. Pure.
public enum Replanner {
  /// The change from the plan of `progress` to `plan`.
  ///
  /// - Throws: `Failure` of kind `.refused` where something was begun that the new plan would lose, or mistake for
  ///   something else.
  public static func replanning(
    to plan: Plan, from basis: RunBasis, behind progress: Progress
  ) throws(Failure) -> Replanning {
    let moves = moves(from: progress.plan, to: plan)
    let replanning = Replanning(
      plan: plan, basis: basis, moves: moves,
      passedOver: passedOver(in: plan, Set(moves.map(\.to)), moves.filter { progress.completed.contains($0.from) }))
    let reasons = ReplanningCheck(old: progress.plan, replanning, progress).reasons
    guard reasons.isEmpty else {
      throw Failure(
        .refused, "the run cannot go on by another plan: \(reasons.joined(separator: "; "))",
        remedy: "put the file and the options back as they were, then 'resume' it, or take it back with 'rollback'")
    }
    return replanning
  }

  private static func passedOver(in plan: Plan, _ known: Set<StepID>, _ completed: [Replanning.Move]) -> [StepID] {
    let done = Set(completed.map(\.to))
    return plan.stages.enumerated().flatMap { index, stage in
      stage.lanes.flatMap { lane -> [StepID] in
        let ids = lane.steps.indices.map { StepID(lane.node, stage: index, step: $0) }
        guard let last = ids.lastIndex(where: done.contains) else { return [] }
        return ids[..<last].filter { !known.contains($0) }
      }
    }
  }

  /// What a step is, whichever its place; the third of the same title is the third in both plans.
  private struct Key: Hashable {
    let node: String
    let phase: String
    let title: String
    let count: Int
  }

  private static func moves(from old: Plan?, to new: Plan) -> [Replanning.Move] {
    let places = Dictionary(places(in: new).map { ($0.key, $0.id) }) { first, _ in first }
    return (old.map(Self.places) ?? []).compactMap { key, id in places[key].map { Replanning.Move(from: id, to: $0) } }
  }

  private static func places(in plan: Plan) -> [(key: Key, id: StepID)] {
    var counts: [Key: Int] = [:]
    return plan.identifiedSteps.map { id, step in
      let first = Key(node: id.node, phase: step.phase.title, title: step.act.title, count: 0)
      counts[first, default: 0] += 1
      return (Key(node: id.node, phase: first.phase, title: first.title, count: counts[first, default: 1]), id)
    }
  }
}
