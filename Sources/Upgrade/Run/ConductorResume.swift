// What an earlier process has done of the same plan, and what is left of it.
extension Conductor {
  /// Whether an earlier run has finished `stage`.
  func isDone(_ stage: Stage, _ index: Int) -> Bool {
    !stage.lanes.isEmpty && stage.lanes.allSatisfy { stepsToDo($0, index).isEmpty }
  }

  /// Whether an earlier run has begun a stage behind the one with this `index`.
  func hasBegun(after index: Int) -> Bool { earlier.begun.values.joined().contains { $0.stage > index } }

  /// A step that is still to do, or, between such, one that is done.
  typealias ToDo = (id: StepID, step: Step, isDone: Bool)

  /// The steps of `lane` that are still to do, and between them those that are done. Of a lane that an earlier run has
  /// begun, what only sees to a state is done again, as it may have changed since - unless the node is back in service,
  /// which shall not be undone.
  func stepsToDo(_ lane: Lane, _ stage: Int) -> [ToDo] {
    let steps = lane.steps.enumerated().map { (id: StepID(lane.node, stage: stage, step: $0), step: $1) }
    guard let first = steps.firstIndex(where: { !earlier.completed.contains($0.id) }) else { return [] }
    let isBackIn = steps.contains { earlier.completed.contains($0.id) && $0.step.act.action == .balancer(.enable) }
    let again = steps[..<first].filter { !isBackIn && !$0.step.act.action.isOneTime }
    return again.map { ($0.id, $0.step, false) }
      + steps[first...].map { ($0.id, $0.step, $0.step.act.action.isOneTime && earlier.completed.contains($0.id)) }
  }

  /// The same steps; but where a command that an earlier run has begun is under way or has ended, unheard, what stands
  /// before it was seen to then, and may not be now.
  func beginning(_ steps: [ToDo], on node: Node) async -> [ToDo] {
    let cutOff = steps.firstIndex { step in
      step.step.act.action.isOneTime && !step.isDone && !earlier.completed.contains(step.id)
        && earlier.begun[node.name]?.contains(step.id) == true
    }
    guard let cutOff, await isKnown(steps[cutOff], on: node) else { return steps }
    return Array(steps[cutOff...])
  }

  private func isKnown(_ toDo: ToDo, on node: Node) async -> Bool {
    let attempt = attempt(at: toDo.id)
    if case .operation = toDo.step.act.action { return attempt.isAccepted }
    return (try? await executor.isKnown(attempt, on: node)) == true
  }

  /// The nodes that an earlier run has taken out and that do not serve. One that does, as its balancer was not reached
  /// then or somebody has put it back, counts as serving again: it is not taken out behind the back of its group's floor.
  func stillOut(_ plan: Plan, _ progress: Progress) async -> Set<String> {
    guard let watch else { return progress.outOfService }
    let nodes = plan.nodes.filter { progress.outOfService.contains($0.name) && !$0.groups.isEmpty }
    let serving = zip(nodes, await watch.obstacles(of: nodes)).filter { $1 == nil }.map(\.0.name)
    return progress.outOfService.subtracting(serving)
  }

  /// The failure of `lane` that an earlier run saw, and did not live to decide what follows: nothing is tried again then.
  func undecided(_ lane: Lane, _ stage: Int) async -> FailedLane? {
    let isBegun = earlier.begun[lane.node]?.contains { $0.stage == stage } == true
    guard isBegun, let entry = earlier.undecided.last(where: { $0.node == lane.node }),
      case .failed(let failure) = entry.result, lane.steps.contains(where: { $0.phase == entry.phase })
    else { return nil }
    if results.result(lane.node, entry.phase) != entry.result { await end(entry.phase, entry.result, on: lane.node) }
    ended.insert(lane.node)
    return FailedLane(node: lane.node, phase: entry.phase, failure: failure)
  }

  /// The nodes that are to be taken back, by an earlier run's decision or, where it did not live to decide what follows
  /// another failure, by one that is made up for.
  func pendingRollbacks(_ progress: Progress, _ walk: Walk) async -> [String] {
    guard !progress.isOrderedBack else { return progress.pendingRollbacks }
    let missed = progress.undecided.compactMap { entry -> FailedLane? in
      guard case .failed(let failure) = entry.result, !progress.pendingRollbacks.contains(entry.node) else {
        return nil
      }
      return FailedLane(node: entry.node, phase: entry.phase, failure: failure)
    }
    let failed = Set(missed.map(\.node))
    let nodes = await decide(after: missed, walk).nodes
    return nodes.filter(failed.contains) + progress.pendingRollbacks + nodes.filter { !failed.contains($0) }
  }

  /// Ends the phases of `stage` whose steps are all done, by an earlier run that did not live to say so.
  func endDonePhases(of stage: Stage, _ index: Int) async {
    for lane in stage.lanes {
      let left = Set(stepsToDo(lane, index).map(\.step.phase))
      var seen: Set<Phase> = []
      for phase in lane.steps.map(\.phase) where seen.insert(phase).inserted && !left.contains(phase) {
        if results.result(lane.node, phase) == nil { await end(phase, .passed, on: lane.node) }
      }
    }
  }

  /// Goes past a step that the node says is done: it is taken back with the others.
  func pass(_ id: StepID, _ step: Step) async {
    if begun[id.node]?.contains(id) != true { begun[id.node, default: []].append(id) }
    await record(.stepStarted(id, title: step.act.title))
    await record(.note(node: id.node, text: "already done, as the node says"))
    await record(.stepEnded(id, title: step.act.title, failure: nil))
  }

  /// The next try at an act: one that was begun and not seen to end is the same one.
  func attempt(at id: StepID) -> Attempt {
    Attempt(id, number: tries[id, default: 0] + 1, isAccepted: accepted.contains(id))
  }
}
