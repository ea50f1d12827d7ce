// What follows a failure.
extension Conductor {
  /// Does what follows `failures`, and says whether the next stage may begin.
  func mayGoOn(after failures: [FailedLane], in stage: Stage, _ walk: Walk) async -> Bool {
    let (nodes, mayProceed) = await decide(after: failures, walk)
    await takeBack(nodes, walk)
    return mayProceed && (failures.isEmpty || !stage.mustPassOnAllNodes)
  }

  /// Decides what follows `failures`: which nodes are to be taken back, in this order, and whether the rest may go on.
  func decide(after failures: [FailedLane], _ walk: Walk) async -> (nodes: [String], mayProceed: Bool) {
    var failed: [String] = []
    var others: [String] = []
    var mayProceed = true
    for lane in failures {
      let decision = decision(after: lane)
      await record(.decided(decision, after: lane.phase, on: lane.node))
      switch decision {
      case .proceed: await leave(walk.plan.node(lane.node), walk)
      case .stop:
        mayProceed = false
        await leave(walk.plan.node(lane.node), walk)
      case .rollBack(let nodes):
        mayProceed = false
        failed.append(lane.node)
        others += nodes
      }
    }
    // Who has failed is out of service, so these come first.
    return (failed + others.filter { !failed.contains($0) }, mayProceed)
  }

  private func decision(after lane: FailedLane) -> RollbackDecision {
    if lane.failure.kind == .breach {
      return .rollBack([lane.node] + results.disruptedNodes.reversed().filter { $0 != lane.node })
    }
    // It was left before anything was stopped: it goes back into service, whatever the policy.
    if lane.failure.kind == .cancelled { return .rollBack([lane.node]) }
    // What is done to it now is somebody else's business.
    if lane.failure.kind == .lockLost { return .stop }
    return rollbackHelper.decision(after: lane.phase, failure: lane.failure, on: lane.node, results: results)
  }

  /// Takes `nodes` back, in this order, each once in a run; but those that were left as they are no more this run's.
  func takeBack(_ nodes: [String], _ walk: Walk) async {
    for node in nodes where results.result(node, .rollback) == nil && !results.hasLostLock(node) {
      await rollBack(walk.plan.node(node), walk)
    }
  }

  /// Leaves `node` as the failure left it; if it is not complete, the operator is told what would take it back.
  private func leave(_ node: Node, _ walk: Walk) async {
    let acts = undo(of: node, walk).map(\.act)
    // A node that gets no requests is never out of service, and yet may be left half done.
    let isOut = await walk.capacity.outOfService.contains(node.name)
    guard !acts.isEmpty, isOut || hasFailedInDoing(node, walk) else { return }
    await record(
      .stranded(Stranded(node: node.name, state: state(of: node, after: [], walk), remaining: acts, as: node.become)))
  }

  /// Takes back every step that was begun on `node`, the last one first; the first undo that fails strands the node.
  private func rollBack(_ node: Node, _ walk: Walk) async {
    let undos = undo(of: node, walk)
    let acts = undos.map(\.act)
    guard walk.plan.hasToBeTakenBack(node.name, begun: begun) else { return }
    await record(.phaseStarted(node: node.name, phase: .rollback))
    if let failure = await endUnfinished(on: node, walk) {
      await end(.rollback, .failed(failure), on: node.name)
      return await strand(node, after: [], acts, walk)
    }
    let wasServing = await !walk.capacity.outOfService.contains(node.name)
    for (index, (id, act)) in undos.enumerated() {
      // What an earlier run did of the same way back; done again, it could befall a node that serves already.
      if act.action.isOneTime, earlier.undone.contains(id) { continue }
      guard let failure = await perform(act, id, on: node, walk) else { continue }
      // Nothing is stopped yet: who served before the rollback can go on serving.
      if wasServing, failure.kind != .lockLost, acts[...index].allSatisfy(\.isBalancers) { await readmit(node, walk) }
      await end(.rollback, .failed(failure), on: node.name)
      return await strand(node, after: acts[..<index], Array(acts[index...]), walk)
    }
    await end(.rollback, .passed, on: node.name)
  }

  private func strand(_ node: Node, after done: ArraySlice<Act>, _ remaining: [Act], _ walk: Walk) async {
    let state = await state(of: node, after: done, walk)
    await record(.stranded(Stranded(node: node.name, state: state, remaining: remaining, as: node.become)))
  }

  /// Ends what may still run of the steps that are not seen to have ended well: it would work against their undo.
  private func endUnfinished(on node: Node, _ walk: Walk) async -> Failure? {
    for id in begun[node.name, default: []] where !completed.contains(id) {
      guard walk.plan.act(id)?.action.commands.isEmpty == false else { continue }
      let next = attempt(at: id)
      do {
        // One that was seen to fail may have been given up only; one that was not seen to end may run.
        for number in max(1, next.number - 1)...next.number {
          try await executor.end(Attempt(id, number: number), on: node)
        }
      } catch {
        return Failure.from(error, as: .unreachable).inContext("see that nothing of the upgrade runs on it any more")
      }
    }
    return nil
  }

  private func readmit(_ node: Node, _ walk: Walk) async {
    guard await walk.capacity.outOfService.contains(node.name) else { return }
    for id in begun[node.name, default: []] where completed.contains(id) {
      guard let act = walk.plan.act(id), act.action == .balancer(.enable) || act.action.isServe else { continue }
      if await perform(act, id, on: node, walk) != nil { return }
    }
  }

  /// What takes back every step that was begun on `node`, the last one first.
  private func undo(of node: Node, _ walk: Walk) -> [(id: StepID, act: Act)] {
    walk.plan.undo(of: node.name, begun: begun)
  }

  /// Whether a step has failed that does something to `node`; a gate does nothing, and stands before or behind all that does.
  private func hasFailedInDoing(_ node: Node, _ walk: Walk) -> Bool {
    guard ended.contains(node.name), let last = begun[node.name]?.last.flatMap(walk.plan.act) else { return false }
    if case .gate = last.action { return false }
    return true
  }

  /// Whether the load balancer was seen to take `node` out; where that has failed, nobody knows whether it did.
  private func hasBeenTakenOut(_ node: Node, _ walk: Walk) -> Bool {
    begun[node.name, default: []].contains {
      completed.contains($0) && walk.plan.act($0)?.action == .balancer(.disable)
    }
  }

  private func state(of node: Node, after acts: ArraySlice<Act>, _ walk: Walk) async -> String {
    let isOut = await walk.capacity.outOfService.contains(node.name)
    let inside = node.groups.isEmpty ? "serving nobody, as before" : "in the load balancer as before"
    let out = hasBeenTakenOut(node, walk) ? "out of the load balancer" : "perhaps out of the load balancer"
    let traffic = isOut ? out : inside
    let done = acts.filter { !$0.isBalancers }.map(\.title)
    return "\(traffic); " + (done.isEmpty ? "nothing was taken back yet" : "done: " + done.joined(separator: ", "))
  }
}

extension Act {
  /// Whether the load balancer does it, so that nothing on the node changes.
  fileprivate var isBalancers: Bool { if case .balancer = action { true } else { false } }
}

extension Results {
  /// Whether a phase of `node` ended since the node was not the run's any more.
  fileprivate func hasLostLock(_ node: String) -> Bool {
    entries.contains { entry in
      guard entry.node == node, case .failed(let failure) = entry.result else { return false }
      return failure.kind == .lockLost
    }
  }
}

extension Action {
  fileprivate var isServe: Bool { if case .balancer(.serve) = self { true } else { false } }
}
