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

  init(plan: Plan, basis: RunBasis, moves: [Move], passedOver: [StepID]) {
    self.plan = plan
    self.basis = basis
    self.moves = moves
    self.passedOver = passedOver
  }

  /// Where steps of the old plan are in the new one.
  struct Places {
    private let places: [StepID: StepID]

    /// The places by `moves`.
    init(_ moves: [Move]) { places = Dictionary(moves.map { ($0.from, $0.to) }) { first, _ in first } }

    /// Where the step `id` of the old plan, or its undo, is in the new one; nil where it is no more.
    func moved(_ id: StepID) -> StepID? {
      places[StepID(id.node, stage: id.stage, step: id.step)].map { place in id.undo.map(place.undoing) ?? place }
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
