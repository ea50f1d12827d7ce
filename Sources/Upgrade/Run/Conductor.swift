/// Walks a plan: stage by stage, node by node, and after a failure does what the rollback helper decides.
///
/// It knows neither the product nor how anything is done. The unit of execution is the node: its first failed step
/// ends it. A failed drain therefore never leads to a stop.
public actor Conductor {
  private let executor: any StepExecutor
  private let journal: any Journal
  private let rollbackHelper: any RollbackHelper
  private var results = Results()
  private var begun: [String: [Step]] = [:]
  private var outOfService: Set<String> = []
  private var ended: Set<String> = []
  private var stopReason: String?

  /// A conductor; it walks one plan and is then done.
  public init(executor: any StepExecutor, journal: any Journal, rollbackHelper: any RollbackHelper) {
    self.executor = executor
    self.journal = journal
    self.rollbackHelper = rollbackHelper
  }

  /// Takes no further node in hand: what is begun on a node is finished, then the run ends.
  public func stop(because reason: String) { stopReason = stopReason ?? reason }

  /// The users suffer more than they may: the run ends as the operator has chosen for this.
  public func react(to breach: Breach) async {
    await record(.breached(breach))
    stop(because: breach.reason)
  }

  /// Walks `plan` to its end, or to the first failure and back.
  public func run(_ plan: Plan) async -> Status {
    await record(.runStarted(plan))
    let status = await walk(plan)
    await record(.runEnded(status))
    return status
  }

  private func walk(_ plan: Plan) async -> Status {
    for stage in plan.stages {
      if let stopReason {
        await record(.note(node: nil, text: "stopped before '\(stage.title)': \(stopReason)"))
        return results.firstFailure == nil ? .fatalError : results.status
      }
      await record(.stageStarted(stage.title))
      let failures = await walk(stage, of: plan)
      if await !mayGoOn(after: failures, in: stage, of: plan) { break }
    }
    return results.status
  }

  /// Walks the lanes of `stage`, as many at a time as it allows, and returns the failures by node.
  private func walk(_ stage: Stage, of plan: Plan) async -> [(node: String, phase: Phase, failure: Failure)] {
    await withTaskGroup(of: (String, Phase, Failure)?.self) { group in
      var failures: [(String, Phase, Failure)] = []
      var lanes = stage.lanes.filter { !ended.contains($0.node) }[...]
      for lane in lanes.prefix(max(1, stage.concurrency)) { group.addTask { await self.walk(lane, of: plan) } }
      lanes = lanes.dropFirst(max(1, stage.concurrency))
      while let failure = await group.next() {
        if let failure { failures.append(failure) }
        if let lane = lanes.popFirst() { group.addTask { await self.walk(lane, of: plan) } }
      }
      return failures
    }
  }

  /// Walks one lane to its end or its first failed step.
  private func walk(_ lane: Lane, of plan: Plan) async -> (String, Phase, Failure)? {
    let node = plan.node(lane.node)
    var current: Phase?
    for step in lane.steps {
      if step.phase != current {
        if let current { await end(current, .passed, on: lane.node) }
        current = step.phase
        await record(.phaseStarted(node: lane.node, phase: step.phase))
      }
      begun[lane.node, default: []].append(step)
      if let failure = await perform(step.act, on: node, of: plan) {
        await end(step.phase, .failed(failure), on: lane.node)
        ended.insert(lane.node)
        return (lane.node, step.phase, failure)
      }
    }
    if let current { await end(current, .passed, on: lane.node) }
    return nil
  }

  private func perform(_ act: Act, on node: Node, of plan: Plan) async -> Failure? {
    await record(.stepStarted(node: node.name, title: act.title))
    var failure: Failure?
    do {
      if case .balancer(.disable) = act.action { try takeOut(node, of: plan) }
      try await executor.perform(act, on: node)
      if case .balancer(.serve) = act.action { outOfService.remove(node.name) }
    } catch {
      failure = Failure.from(error, as: .refused).inContext(act.title)
    }
    await record(.stepEnded(node: node.name, title: act.title, failure: failure))
    return failure
  }

  /// Refuses to take `node` out while another node of one of its groups is out too: its group would fall below what it had.
  private func takeOut(_ node: Node, of plan: Plan) throws(Failure) {
    let missing = plan.companions(of: node).map(\.name).filter(outOfService.contains)
    guard outOfService.contains(node.name) || missing.isEmpty else {
      throw Failure(
        .refused, "\(missing.joined(separator: ", ")) is out of service, and \(node.name) serves the same group")
    }
    outOfService.insert(node.name)
  }

  private func end(_ phase: Phase, _ result: PhaseResult, on node: String) async {
    await record(.phaseEnded(node: node, phase: phase, result: result))
  }

  private func record(_ event: Event) async {
    results.apply(event)
    await journal.record(event)
  }
}

// What follows a failure.
extension Conductor {
  private func mayGoOn(
    after failures: [(node: String, phase: Phase, failure: Failure)], in stage: Stage, of plan: Plan
  ) async -> Bool {
    var nodesToRollBack: [String] = []
    var mayProceed = true
    for (node, phase, failure) in failures {
      let decision = rollbackHelper.decision(after: phase, failure: failure, on: node, results: results)
      await record(.decided(decision, after: phase, on: node))
      switch decision {
      case .proceed:
        mayProceed = mayProceed && !stage.mustPassOnAllNodes
        await leave(plan.node(node))
      case .stop:
        mayProceed = false
        await leave(plan.node(node))
      case .rollBack(let nodes):
        mayProceed = false
        nodesToRollBack += nodes.filter { !nodesToRollBack.contains($0) }
      }
    }
    for node in nodesToRollBack { await rollBack(plan.node(node), of: plan) }
    return mayProceed
  }

  /// Leaves `node` as the failure left it; the operator is told its state and what would take it back.
  private func leave(_ node: Node) async {
    let acts = begun[node.name, default: []].reversed().flatMap(\.undo)
    guard !acts.isEmpty else { return }
    await record(.stranded(Stranded(node: node.name, state: state(of: node, after: []), remaining: acts)))
  }

  /// Takes back every step that was begun on `node`, the last one first; the first undo that fails strands the node.
  private func rollBack(_ node: Node, of plan: Plan) async {
    let acts = begun[node.name, default: []].reversed().flatMap(\.undo)
    guard !acts.isEmpty else { return }
    await record(.phaseStarted(node: node.name, phase: .rollback))
    for (index, act) in acts.enumerated() {
      guard let failure = await perform(act, on: node, of: plan) else { continue }
      await end(.rollback, .failed(failure), on: node.name)
      await record(
        .stranded(
          Stranded(node: node.name, state: state(of: node, after: acts[..<index]), remaining: Array(acts[index...]))))
      return
    }
    await end(.rollback, .passed, on: node.name)
  }

  private func state(of node: Node, after acts: ArraySlice<Act>) -> String {
    let traffic = outOfService.contains(node.name) ? "out of the load balancer" : "in the load balancer as before"
    let done = acts.isEmpty ? "nothing was taken back yet" : "done: " + acts.map(\.title).joined(separator: ", ")
    return "\(traffic); \(done)"
  }
}
