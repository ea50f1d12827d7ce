/// Whether what a run has begun means the same by its new plan.
struct ReplanningCheck {
  private let old: Plan?
  private let new: Plan
  private let places: Replanning.Places
  private let progress: Progress

  /// The check of `replanning` for a run that has come as far as `progress` by its `old` plan.
  init(old: Plan?, _ replanning: Replanning, _ progress: Progress) {
    self.old = old
    new = replanning.plan
    places = Replanning.Places(replanning.moves)
    self.progress = progress
  }

  /// What stands in the way; none where nothing does.
  var reasons: [String] {
    guard let old else { return [] }
    let steps = progress.begun.values.joined().compactMap { id in
      old.step(id).flatMap { reason($0, id) }.map { "\(id.node): \($0)" }
    }
    // Where it was so from the beginning, nobody is overtaken.
    let overtaking = overtaking(in: new)
    return steps.sorted() + (overtaking == self.overtaking(in: old) ? [] : overtaking)
  }

  /// Who is half done goes on first: as long as it is out, nobody else of its groups may be.
  private func overtaking(in plan: Plan) -> [String] {
    let inHand = Set(progress.disruptedNodes).intersection(progress.unfinishedNodes)
    let untouched = progress.unfinishedNodes.union(new.nodes.map(\.name)).subtracting(progress.disruptedNodes)
    var overtaking: [String] = []
    for lane in plan.stages.flatMap(\.lanes) where lane.steps.contains(where: \.phase.isDisruptive) {
      if untouched.contains(lane.node) { overtaking.append(lane.node) }
      guard inHand.contains(lane.node), !overtaking.isEmpty else { continue }
      return ["\(lane.node) is half done, and the new plan has \(overtaking.joined(separator: ", ")) before it"]
    }
    return []
  }

  private func reason(_ step: Step, _ id: StepID) -> String? {
    let title = "'\(step.act.title)' of \(step.phase.title)"
    guard let place = places.moved(id), let next = new.step(place) else {
      return step.undo.isEmpty && !progress.isUnderWay(id)
        ? nil : "\(title) was begun, and the new plan does not have it"
    }
    let isOpen = !progress.completed.contains(id) && !step.act.action.commands.isEmpty
    if isOpen, place != id { return "\(title) has not ended well, and has another place in the new plan" }
    if isOpen, progress.isUnderWay(id), next.act.action.commands != step.act.action.commands {
      return "\(title) was cut off and may still run, and is another command in the new plan"
    }
    if progress.pendingRollbacks.contains(id.node), place != id || next.undo.map(\.title) != step.undo.map(\.title) {
      return "it is being taken back, and \(title) is taken back otherwise by the new plan"
    }
    return nil
  }
}
