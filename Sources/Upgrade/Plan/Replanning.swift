/// A plan that takes the place of another one in the middle of its run. The steps that were begun keep what is known of
/// them: they are the same steps where node, phase and title are the same.
public struct Replanning: Sendable, Hashable, Codable {
  /// A step of the old plan, and the one of the new plan that it is.
  public struct Move: Sendable, Hashable, Codable {
    /// Its place in the old plan.
    public let from: StepID
    /// Its place in the new plan.
    public let to: StepID
  }

  /// The new plan.
  public let plan: Plan
  /// What it was made from.
  public let basis: RunBasis
  /// The steps that both plans have.
  public let moves: [Move]
  /// The steps that only the new plan has, and that nobody does any more: the node is past them.
  public let passedOver: [StepID]

  /// The change from the plan of `progress` to `plan`.
  ///
  /// - Throws: `Failure` of kind `.refused` where something was begun that the new plan would lose, or mistake for
  ///   something else.
  public init(to plan: Plan, from basis: RunBasis, behind progress: Progress) throws(Failure) {
    self.plan = plan
    self.basis = basis
    moves = Self.moves(from: progress.plan, to: plan)
    passedOver = Self.passedOver(in: plan, Set(moves.map(\.to)), moves.filter { progress.completed.contains($0.from) })
    let reasons = ReplanningCheck(old: progress.plan, self, progress).reasons
    guard reasons.isEmpty else {
      throw Failure(
        .refused, "the run cannot go on by another plan: \(reasons.joined(separator: "; "))",
        remedy: "put the topology and the options back as they were, then 'resume' it, or take it back with 'rollback'")
    }
  }

  /// Where the step `id` of the old plan, or its undo, is in the new one; nil where it is no more.
  public func moved(_ id: StepID) -> StepID? {
    moves.first { $0.from == StepID(id.node, stage: id.stage, step: id.step) }.map { move in
      id.undo.map(move.to.undoing) ?? move.to
    }
  }

  private static func passedOver(in plan: Plan, _ known: Set<StepID>, _ completed: [Move]) -> [StepID] {
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

  private static func moves(from old: Plan?, to new: Plan) -> [Move] {
    let places = Dictionary(places(in: new).map { ($0.key, $0.id) }) { first, _ in first }
    return (old.map(Self.places) ?? []).compactMap { key, id in places[key].map { Move(from: id, to: $0) } }
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

extension Plan {
  /// All steps with their places, stage by stage.
  public var identifiedSteps: [(id: StepID, step: Step)] {
    stages.enumerated().flatMap { index, stage in
      stage.lanes.flatMap { lane in
        lane.steps.enumerated().map { (StepID(lane.node, stage: index, step: $0), $1) }
      }
    }
  }
}
