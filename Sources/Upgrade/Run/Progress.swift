/// How far a run has come, by its events alone: what a resumed run begins with.
public struct Progress: Sendable {
  /// The plan; nil before the run began.
  public private(set) var plan: Plan?
  /// How the run ended; nil when it did not get that far.
  public private(set) var status: Status?
  /// What passed and was not taken back; as long as nodes are to be taken back, behind it the failures that led to that.
  public var results: Results {
    var results = passed
    if isGoingBack || !undecided.isEmpty {
      for entry in failed { results.add(entry.node, entry.phase, entry.result) }
    }
    return results
  }
  /// Whether nodes were to be taken back and the run has not ended since: it ends then, and does not go on again.
  public var isGoingBack: Bool { hasTurnedBack || !pendingRollbacks.isEmpty }
  private var hasTurnedBack = false
  /// Whether the operator wants nodes back that are pending, rather than a failure.
  public private(set) var isOrderedBack = false
  /// The breach of the probe's budget that led to the rollbacks that are pending; nil when none did.
  public var breach: Breach? { isGoingBack ? lastBreach : nil }
  private var passed = Results()
  private var failed: [Results.Entry] = []
  private var lastBreach: Breach?
  /// The steps that were begun and not taken back, by node, in their order.
  public private(set) var begun: [String: [StepID]] = [:]
  /// The steps among them that ended well.
  public private(set) var completed: Set<StepID> = []
  /// The nodes that were taken out of service and not seen to serve again.
  public private(set) var outOfService: Set<String> = []
  /// The nodes whose way back was decided or begun, and is not finished, in the order in which they are taken back. As
  /// long as there are any, a run can only go back: what was done for them is half undone.
  public private(set) var pendingRollbacks: [String] = []

  /// The undos that ended well in a way back that was cut off. One that has failed is gone again from its beginning.
  public private(set) var undone: Set<StepID> = []

  /// The failures after which it was not decided yet what follows, as the run was cut off in that moment.
  public private(set) var undecided: [Results.Entry] = []

  /// How often each act has ended, well or not: what was begun since then and not seen to end is the same try.
  public private(set) var tries: [StepID: Int] = [:]
  /// What is known of the output of commands that outlive their connection, by their names on the nodes.
  public private(set) var heard: [String: Heard] = [:]
  /// The command of which the output is heard, by node.
  private var current: [String: String] = [:]
  /// The acts that were begun and not seen to end.
  private var open: Set<StepID> = []

  /// Those among them that their nodes have accepted.
  public private(set) var accepted: Set<StepID> = []

  /// Nothing has happened.
  public init() {}

  /// Whether a step was begun, and not seen to end.
  public func isUnderWay(_ id: StepID) -> Bool { open.contains(id) }

  /// The nodes of which something is to be taken back, and can be, in the order in which they were taken in hand.
  public var disruptedNodes: [String] {
    guard let plan else { return [] }
    var nodes: [String] = []
    for node in plan.stages.flatMap(\.lanes).map(\.node) where !nodes.contains(node) {
      if begun[node]?.contains(where: { plan.step($0)?.phase.isDisruptive == true }) == true { nodes.append(node) }
    }
    return nodes
  }

  /// The nodes on which something of the plan is left to do.
  public var unfinishedNodes: Set<String> {
    let lanes = plan?.stages.enumerated().flatMap { index, stage in stage.lanes.map { (index, $0) } } ?? []
    let unfinished = lanes.filter { stage, lane in
      lane.steps.indices.contains { !completed.contains(StepID(lane.node, stage: stage, step: $0)) }
    }
    return Set(unfinished.map(\.1.node)).union(pendingRollbacks)
  }

  /// Whether something of the plan is left to do on `node`.
  public func isUnfinished(_ node: String) -> Bool {
    pendingRollbacks.contains(node)
      || (plan?.stages ?? []).enumerated().contains { index, stage in
        guard let lane = stage.lane(of: node) else { return false }
        return lane.steps.indices.contains { !completed.contains(StepID(node, stage: index, step: $0)) }
      }
  }

  /// The progress that `events` make.
  public init(_ events: some Sequence<Event>) {
    for event in events { apply(event) }
  }

  /// The progress after one more event.
  public init(_ progress: Progress, and event: Event) {
    self = progress
    apply(event)
  }

  /// Takes in what happened next.
  public mutating func apply(_ event: Event) {
    switch event {
    case .phaseEnded(_, .preflight, _): break
    case .runStarted(let plan): (self.plan, status) = (plan, nil)
    case .replanned(let replanning): move(by: replanning)
    case .stepStarted(let id, _):
      open.insert(id)
      begin(id)
    case .accepted(let id): accepted.insert(id)
    case .stepEnded(let id, _, let failure):
      open.remove(id)
      accepted.remove(id)
      tries[id, default: 0] += 1
      if let failure { fail(id, failure) } else { finish(id) }
    case .commandStarted, .commandFollowed, .output, .warning, .finding, .commandEnded: hear(event)
    case .phaseStarted(let node, .rollback): if !pendingRollbacks.contains(node) { pendingRollbacks.append(node) }
    case .phaseEnded(let node, .rollback, .passed): forget(node)
    case .phaseEnded(let node, .rollback, _): undone = undone.filter { $0.node != node }
    case .phaseEnded(let node, let phase, .passed): passed.add(node, phase, .passed)
    case .phaseEnded(let node, let phase, let result) where phase != .rollback:
      failed.append(Results.Entry(node: node, phase: phase, result: result))
      undecided.removeAll { $0.node == node }
      undecided.append(Results.Entry(node: node, phase: phase, result: result))
    case .breached(let breach): lastBreach = breach
    case .decided(.rollBack(let nodes), _, let node):
      undecided.removeAll { $0.node == node }
      pendingRollbacks += nodes.filter(isToBeTakenBack)
    case .decided(_, _, let node): undecided.removeAll { $0.node == node }
    case .continued: beginAgain()
    case .believed(let id, let isDone, _): believe(id, isDone)
    case .takingBack(let nodes):
      isOrderedBack = true
      pendingRollbacks += nodes.filter(isToBeTakenBack)
    case .runEnded(let status): (self.status, undecided, hasTurnedBack) = (status, [], false)
    default: break
    }
    if !pendingRollbacks.isEmpty, status == nil { hasTurnedBack = true }
  }

  /// Whether `node` waits for being taken back once that is decided; one of which there is nothing to take back does not.
  private func isToBeTakenBack(_ node: String) -> Bool {
    !pendingRollbacks.contains(node) && plan?.hasToBeTakenBack(node, begun: begun) == true
  }

  private mutating func beginAgain() {
    status = nil
    guard !isGoingBack, undecided.isEmpty else { return }
    (failed, lastBreach, isOrderedBack) = ([], nil, false)
  }

  /// The steps are those of another plan now. A place that another step had before has jobs on its node that are not its
  /// own, so its tries are counted from behind them.
  private mutating func move(by replanning: Replanning) {
    let kept = Set(replanning.moves.filter { $0.from == $0.to }.map(\.from))
    let fresh = (tries.values.max() ?? 0) + 1
    for (id, step) in replanning.plan.identifiedSteps where !kept.contains(id) {
      for place in [id] + step.undo.indices.map(id.undoing) { tries[place] = fresh }
    }
    let places = Replanning.Places(replanning.moves)
    begun = begun.mapValues { $0.compactMap(places.moved) }
    completed = Set(completed.compactMap(places.moved)).union(replanning.passedOver)
    open = Set(open.compactMap(places.moved))
    accepted = Set(accepted.compactMap(places.moved))
    undone = Set(undone.compactMap(places.moved))
    plan = replanning.plan
  }

  private mutating func hear(_ event: Event) {
    switch event {
    case .commandStarted(let node, _, let job):
      current[node] = job
      if let job { heard[job] = heard[job] ?? Heard() }
    case .commandFollowed(let node, let job): current[node] = job
    case .commandEnded(let node, _, _): current[node] = nil
    case .output(let node, _, _): if let job = current[node] { heard[job]?.lines += 1 }
    case .warning(let node, _): if let job = current[node] { heard[job]?.warnings += 1 }
    case .finding(let node, _): if let job = current[node] { heard[job]?.findings += 1 }
    default: break
    }
  }

  private mutating func begin(_ id: StepID) {
    if id.undo == nil, begun[id.node]?.contains(id) != true { begun[id.node, default: []].append(id) }
    if plan?.act(id)?.action == .balancer(.disable) { outOfService.insert(id.node) }
  }

  private mutating func believe(_ id: StepID, _ isDone: Bool) {
    if isDone {
      completed.insert(id)
    } else {
      // What was done on the node behind it was done to something else.
      completed = completed.filter { $0.node != id.node || $0.stage != id.stage }
    }
  }

  private mutating func fail(_ id: StepID, _ failure: Failure) {
    guard id.undo == nil, let phase = plan?.step(id)?.phase else { return }
    undecided.append(Results.Entry(node: id.node, phase: phase, result: .failed(failure)))
  }

  private mutating func finish(_ id: StepID) {
    if id.undo == nil { completed.insert(id) } else { undone.insert(id) }
    if case .balancer(.serve) = plan?.act(id)?.action { outOfService.remove(id.node) }
  }

  /// `node` is as it was before its first disruptive phase.
  private mutating func forget(_ node: String) {
    pendingRollbacks.removeAll { $0 == node }
    undone = undone.filter { $0.node != node }
    let taken = (begun[node] ?? []).filter { plan?.step($0)?.phase.isDisruptive == true }
    begun[node]?.removeAll { taken.contains($0) }
    completed.subtract(taken)
    passed.removeAll { $0.node == node && $0.phase.isDisruptive }
  }
}
