/// Walks a plan: stage by stage, node by node, and after a failure does what the rollback helper decides.
///
/// It knows neither the product nor how anything is done. The unit of execution is the node: its first failed step
/// ends it. A failed drain therefore never leads to a stop.
public actor Conductor {
  /// A lane that has ended with a failure.
  struct FailedLane: Sendable {
    let node: String
    let phase: Phase
    let failure: Failure
  }

  let executor: any StepExecutor
  let journal: any Journal
  let rollbackHelper: any RollbackHelper
  let control: RunControl
  let watch: (any AvailabilityWatch)?
  let lock: (any RunLock)?
  let clock: any Clock<Duration>
  let window: WindowGuard?
  /// The longest that a node has taken in this run; nil as long as none is done.
  var longestNode: Duration?
  /// Why the change window lets nothing more begin; nil as long as it does.
  var closedWindow: String?
  var results = Results()
  /// The steps that were begun on a node, in their order.
  var begun: [String: [StepID]] = [:]
  /// The steps that ended well.
  var completed: Set<StepID> = []
  /// How often an act has ended.
  var tries: [StepID: Int] = [:]
  /// The acts that their nodes have accepted, and that have not ended.
  var accepted: Set<StepID> = []
  /// What an earlier run of the same plan has done.
  var earlier = Progress()
  var ended: Set<String> = []
  var failedGate: Failure?
  /// Whether the plan was walked to its end: who wanted it to end before came too late.
  var isComplete = false

  /// A conductor; it walks one plan and is then done.
  ///
  /// - Parameters:
  ///   - watch: tells who serves, before a node is taken out; without it every node that the run itself has not taken out
  ///     counts as serving.
  ///   - lock: is asked before each act that changes anything whether the node is still this run's; without it every node
  ///     is.
  ///   - window: when nodes may be begun; without it at any time.
  public init(
    executor: any StepExecutor, journal: any Journal, rollbackHelper: any RollbackHelper, control: RunControl? = nil,
    watch: (any AvailabilityWatch)? = nil, lock: (any RunLock)? = nil,
    clock: any Clock<Duration> = ContinuousClock(), window: WindowGuard? = nil
  ) {
    self.executor = executor
    self.journal = journal
    self.rollbackHelper = rollbackHelper
    self.control = control ?? RunControl()
    self.watch = watch
    self.lock = lock
    self.clock = clock
    self.window = window
  }

  /// The users suffer more than they may: the run does what the operator has chosen for this.
  public func react(to breach: Breach) async {
    await record(.breached(breach))
    await control.react(to: breach)
  }

  /// Walks `plan` to its end, or to the first failure and back.
  ///
  /// - Parameters:
  ///   - progress: what an earlier run of the very same plan has done. What ended well is not done again, but everything
  ///     that only sees to a state is seen to again; where nodes are half taken back, the way back is all that is walked.
  ///   - longestNode: the longest that a node has taken in it; nil when none is done.
  ///   - settle: awaited before the verdict: what watches the run says its last word there.
  public func run(
    _ plan: Plan, resuming progress: Progress = Progress(), longestNode: Duration? = nil,
    settling settle: @Sendable () async -> Void = {}
  ) async -> Status {
    (earlier, results, begun) = (progress, progress.results, progress.begun)
    (completed, tries, accepted) = (progress.completed, progress.tries, progress.accepted)
    self.longestNode = longestNode
    await record(.runStarted(plan))
    let walk = Walk(plan, CapacityGuard(plan, watch: watch, outOfService: await stillOut(plan, progress)))
    if !progress.isGoingBack {
      await self.walk(walk)
    } else {
      await takeBack(await pendingRollbacks(progress, walk), walk)
    }
    await cleanUp(plan, all: status().code == 0)
    await settle()
    let status = await status()
    await record(.runEnded(status))
    return status
  }

  /// The plan that is walked, and who is out of service meanwhile.
  struct Walk: Sendable {
    let plan: Plan
    let capacity: CapacityGuard

    init(_ plan: Plan, _ capacity: CapacityGuard) {
      self.plan = plan
      self.capacity = capacity
    }
  }

  private func walk(_ walk: Walk) async {
    isComplete = await walkAllStages(walk)
    if await control.isTakingBack { await takeBack(results.disruptedNodes.reversed(), walk) }
  }

  /// Walks stage by stage; false when one of them was not begun, or the run may not go on behind one.
  private func walkAllStages(_ walk: Walk) async -> Bool {
    for (index, stage) in walk.plan.stages.enumerated() {
      await endDonePhases(of: stage, index)
      guard !isDone(stage, index) else {
        // What stands behind it may have been cut off.
        if !hasBegun(after: index), await !pass(behind: stage, walk) { return false }
        continue
      }
      guard await mayBegin("'\(stage.title)'") else { return false }
      await record(.stageStarted(stage.title))
      let failures = await self.walk(stage, index, walk)
      guard await mayGoOn(after: failures, in: stage, walk), await pass(behind: stage, walk) else { return false }
    }
    return true
  }

  /// Whether the next thing may begin; waits while the run is paused.
  func mayBegin(_ what: String) async -> Bool {
    await waitWhilePaused()
    guard let end = await control.end else { return closedWindow == nil }
    await record(.note(node: nil, text: "stopped before \(what): \(end.reason)"))
    return false
  }

  func waitWhilePaused() async {
    guard let reason = await control.pause, await control.end == nil else { return }
    await record(.paused(reason))
    await control.untilResumed()
    if await control.end == nil { await record(.resumed) }
  }

  /// Walks one lane to its end or its first failed step.
  func walk(_ lane: Lane, _ stage: Int, _ walk: Walk) async -> FailedLane? {
    if let failed = await undecided(lane, stage) { return failed }
    let node = walk.plan.node(lane.node)
    var current: Phase?
    for (id, step, isDone) in await beginning(stepsToDo(lane, stage), on: node) {
      if step.phase != current {
        if let current { await end(current, .passed, on: lane.node) }
        current = step.phase
        await record(.phaseStarted(node: lane.node, phase: step.phase))
      }
      if isDone {
        await pass(id, step)
        continue
      }
      var failure = await refusal(of: step.act, on: node, walk)
      if let failure {
        await record(.stepRefused(id, title: step.act.title, failure: failure))
      } else {
        failure = await perform(step.act, id, on: node, walk)
      }
      if let failure {
        await end(step.phase, .failed(failure), on: lane.node)
        ended.insert(lane.node)
        return FailedLane(node: lane.node, phase: step.phase, failure: failure)
      }
    }
    if let current { await end(current, .passed, on: lane.node) }
    return nil
  }

  /// Why `act` may not be begun; nil when it may. Who is out already is finished, unless all are to be taken back.
  private func refusal(of act: Act, on node: Node, _ walk: Walk) async -> Failure? {
    let takesOut = act.action == .balancer(.disable)
    if takesOut { await waitWhilePaused() }
    if let end = await control.end {
      if await control.isTakingBack { return Failure(.breach, "\(act.title): not begun: \(end.reason)") }
      if takesOut { return Failure(.cancelled, "\(act.title): not begun: \(end.reason)") }
    }
    guard takesOut else { return nil }
    do {
      try await walk.capacity.takeOut(node)
      return nil
    } catch {
      return Failure.from(error, as: .refused).inContext(act.title)
    }
  }

  /// Performs `act`, which the plan or a rollback wants, if the node is still this run's.
  func perform(_ act: Act, _ id: StepID, on node: Node, _ walk: Walk) async -> Failure? {
    if let failure = await obstacle(before: act, on: node) {
      await record(.stepRefused(id, title: act.title, failure: failure))
      return failure
    }
    if id.undo == nil, begun[node.name]?.contains(id) != true { begun[node.name, default: []].append(id) }
    await record(.stepStarted(id, title: act.title))
    let attempt = attempt(at: id)
    var failure: Failure?
    do {
      if case .balancer(.disable) = act.action { try await walk.capacity.takeOut(node) }
      if case .balancer(.confirm) = act.action { try await walk.capacity.confirm(node) }
      try await
        (id.undo == nil && act.action.mayBeLeft
        ? performUntilEnding(act, attempt, on: node) : executor.perform(act, as: attempt, on: node))
      if case .balancer(.serve) = act.action { await walk.capacity.putBack(node) }
    } catch {
      failure = Failure.from(error, as: .refused).inContext(act.title)
    }
    await record(.stepEnded(id, title: act.title, failure: failure))
    return failure
  }

  /// Performs `act`, but leaves it when the run shall end: nothing is stopped yet, and waiting longer serves nobody.
  private func performUntilEnding(_ act: Act, _ attempt: Attempt, on node: Node) async throws {
    let isDone = try await withThrowingTaskGroup(of: Bool.self) { [executor, control] group in
      group.addTask {
        try await executor.perform(act, as: attempt, on: node)
        return true
      }
      group.addTask {
        await control.untilEnding()
        return false
      }
      defer { group.cancelAll() }
      return try await group.next() == true
    }
    guard !isDone else { return }
    let reason = await control.end?.reason ?? "the run ends"
    throw Failure(await control.isTakingBack ? .breach : .cancelled, "given up: \(reason)")
  }

  func end(_ phase: Phase, _ result: PhaseResult, on node: String) async {
    await record(.phaseEnded(node: node, phase: phase, result: result))
  }

  func record(_ event: Event) async {
    if case .stepEnded(let id, _, let failure) = event {
      tries[id, default: 0] += 1
      accepted.remove(id)
      if failure == nil, id.undo == nil { completed.insert(id) }
    }
    results.apply(event)
    await journal.record(event)
  }
}
