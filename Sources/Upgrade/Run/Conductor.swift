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
  private let watch: (any AvailabilityWatch)?
  private let clock: any Clock<Duration>
  var results = Results()
  var begun: [String: [Step]] = [:]
  private(set) var ended: Set<String> = []
  private var failedGate: Failure?

  /// A conductor; it walks one plan and is then done.
  ///
  /// - Parameter watch: tells who serves, before a node is taken out; without it every node that the run itself has not
  ///   taken out counts as serving.
  public init(
    executor: any StepExecutor, journal: any Journal, rollbackHelper: any RollbackHelper, control: RunControl? = nil,
    watch: (any AvailabilityWatch)? = nil, clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.executor = executor
    self.journal = journal
    self.rollbackHelper = rollbackHelper
    self.control = control ?? RunControl()
    self.watch = watch
    self.clock = clock
  }

  /// The users suffer more than they may: the run does what the operator has chosen for this.
  public func react(to breach: Breach) async {
    await record(.breached(breach))
    await control.react(to: breach)
  }

  /// Walks `plan` to its end, or to the first failure and back.
  ///
  /// - Parameter settle: awaited before the verdict: what watches the run says its last word there.
  public func run(_ plan: Plan, settling settle: @Sendable () async -> Void = {}) async -> Status {
    await record(.runStarted(plan))
    let walk = Walk(plan, CapacityGuard(plan, watch: watch))
    await self.walk(walk)
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
    for stage in walk.plan.stages {
      guard await mayBegin("'\(stage.title)'") else { break }
      await record(.stageStarted(stage.title))
      let failures = await self.walk(stage, walk)
      guard await mayGoOn(after: failures, in: stage, walk), await pass(behind: stage, walk) else { break }
    }
    if await control.isTakingBack { await takeBack(results.disruptedNodes.reversed(), walk) }
  }

  /// Whether the next thing may begin; waits while the run is paused.
  private func mayBegin(_ what: String) async -> Bool {
    await waitWhilePaused()
    guard let end = await control.end else { return true }
    await record(.note(node: nil, text: "stopped before \(what): \(end.reason)"))
    return false
  }

  private func waitWhilePaused() async {
    guard let reason = await control.pause, await control.end == nil else { return }
    await record(.paused(reason))
    await control.untilResumed()
    if await control.end == nil { await record(.resumed) }
  }

  /// Walks the lanes of `stage`, as many at a time as it allows, and returns those that failed.
  private func walk(_ stage: Stage, _ walk: Walk) async -> [FailedLane] {
    await withTaskGroup(of: FailedLane?.self) { group in
      var failures: [FailedLane] = []
      var lanes = stage.lanes.filter { !ended.contains($0.node) }[...]
      for lane in lanes.prefix(max(1, stage.concurrency)) { group.addTask { await self.walk(lane, walk) } }
      lanes = lanes.dropFirst(max(1, stage.concurrency))
      while let failure = await group.next() {
        if let failure { failures.append(failure) }
        if let lane = lanes.popFirst() { group.addTask { await self.walk(lane, walk) } }
      }
      return failures
    }
  }

  /// Walks one lane to its end or its first failed step.
  private func walk(_ lane: Lane, _ walk: Walk) async -> FailedLane? {
    let node = walk.plan.node(lane.node)
    var current: Phase?
    for step in lane.steps {
      if step.phase != current {
        if let current { await end(current, .passed, on: lane.node) }
        current = step.phase
        await record(.phaseStarted(node: lane.node, phase: step.phase))
      }
      var failure = await refusal(of: step.act, on: node, walk)
      if failure == nil {
        begun[lane.node, default: []].append(step)
        failure = await perform(step.act, on: node, walk)
      } else {
        await record(.stepEnded(node: lane.node, title: step.act.title, failure: failure))
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

  /// Performs `act`, which the plan or a rollback wants.
  func perform(_ act: Act, on node: Node, _ walk: Walk) async -> Failure? {
    await record(.stepStarted(node: node.name, title: act.title))
    var failure: Failure?
    do {
      if case .balancer(.disable) = act.action { try await walk.capacity.takeOut(node) }
      if case .balancer(.confirm) = act.action { try await walk.capacity.confirm(node) }
      try await executor.perform(act, on: node)
      if case .balancer(.serve) = act.action { await walk.capacity.putBack(node) }
    } catch {
      failure = Failure.from(error, as: .refused).inContext(act.title)
    }
    await record(.stepEnded(node: node.name, title: act.title, failure: failure))
    return failure
  }

  func end(_ phase: Phase, _ result: PhaseResult, on node: String) async {
    await record(.phaseEnded(node: node, phase: phase, result: result))
  }

  func record(_ event: Event) async {
    results.apply(event)
    await journal.record(event)
  }

  /// How the run ended: what came first counts, but a node that could not be taken back outweighs it.
  private func status() async -> Status {
    if results.status == .rollbackFailed { return .rollbackFailed }
    if case .failed(let failure) = results.firstFailure?.result, ![.cancelled, .breach].contains(failure.kind) {
      return results.status
    }
    if failedGate != nil { return .gateFailed }
    if await control.openBreach != nil { return .probeBudgetSpent }
    return await control.end == nil ? results.status : .fatalError
  }
}

// What stands between two stages.
extension Conductor {
  /// Has all that stands behind `stage` happen; false when the run may not go on.
  private func pass(behind stage: Stage, _ walk: Walk) async -> Bool {
    for interlude in stage.interludes {
      guard await mayBegin("the run could \(interlude.title)") else { return false }
      await record(.interludeStarted(interlude.title))
      var failure: Failure?
      var failing = stage.lanes.map(\.node)
      switch interlude {
      case .bake(let seconds, let nodes):
        let ailing = await bake(seconds, nodes, walk)
        failure = ailing?.failure
        if let ailing { failing = [ailing.node] }
      case .pause(let nodes):
        await control.pause(because: "after \(nodes.joined(separator: ", ")), as the options say")
        await waitWhilePaused()
      case .gate(let gate, let place):
        do { try await executor.pass(gate, at: place) } catch { failure = Failure.from(error, as: .gate) }
      }
      await record(.interludeEnded(interlude.title, failure: failure))
      guard let failure else { continue }
      failedGate = failure
      guard failure.kind != .gate else { return false }
      // It counts as a failed step of these nodes, which are complete.
      let lanes = stage.lanes.filter { failing.contains($0.node) }
      let failed = lanes.compactMap { lane in
        lane.steps.last.map { FailedLane(node: lane.node, phase: $0.phase, failure: failure) }
      }
      _ = await mayGoOn(after: failed, in: stage, walk)
      return false
    }
    return true
  }

  /// Looks at the nodes for `seconds`, every five of them.
  private func bake(_ seconds: Int, _ nodes: [String], _ walk: Walk) async -> (node: String, failure: Failure)? {
    var left = seconds
    while left > 0, await control.end == nil {
      let pause = min(left, 5)
      try? await clock.sleep(for: .seconds(pause))
      left -= pause
      for node in nodes.map(walk.plan.node) {
        guard let obstacle = await watch?.obstacle(of: node) else { continue }
        return (node.name, Failure(.unhealthy, "\(node.name) does not serve after its upgrade: \(obstacle)"))
      }
    }
    return nil
  }
}
