/// How far a run has come, by its events alone: what a resumed run begins with.
public struct Progress: Sendable {
  /// The plan; nil before the run began.
  public private(set) var plan: Plan?
  /// How the run ended; nil when it did not get that far.
  public private(set) var status: Status?
  /// What passed and was not taken back.
  public private(set) var results = Results()
  /// The steps that were begun and not taken back, by node, in their order.
  public private(set) var begun: [String: [StepID]] = [:]
  /// The steps among them that ended well.
  public private(set) var completed: Set<StepID> = []
  /// The nodes that were taken out of service and not seen to serve again.
  public private(set) var outOfService: Set<String> = []
  /// The nodes whose way back was decided or begun, and is not finished, in the order in which they are taken back. As
  /// long as there are any, a run can only go back: what was done for them is half undone.
  public private(set) var pendingRollbacks: [String] = []

  /// Nothing has happened.
  public init() {}

  /// The progress that `events` make.
  public init(_ events: some Sequence<Event>) {
    for event in events { apply(event) }
  }

  /// Takes in what happened next.
  public mutating func apply(_ event: Event) {
    switch event {
    case .runStarted(let plan):
      self.plan = plan
      status = nil
    case .stepStarted(let id, _): begin(id)
    case .stepEnded(let id, _, nil): finish(id)
    case .phaseStarted(let node, .rollback): if !pendingRollbacks.contains(node) { pendingRollbacks.append(node) }
    case .phaseEnded(let node, .rollback, .passed): forget(node)
    case .phaseEnded(let node, let phase, .passed): results.add(node, phase, .passed)
    case .decided(.rollBack(let nodes), _, _):
      pendingRollbacks += nodes.filter { !pendingRollbacks.contains($0) && begun[$0] != nil }
    case .runEnded(let status): self.status = status
    default: break
    }
  }

  private mutating func begin(_ id: StepID) {
    if id.undo == nil, begun[id.node]?.contains(id) != true { begun[id.node, default: []].append(id) }
    if plan?.act(id)?.action == .balancer(.disable) { outOfService.insert(id.node) }
  }

  private mutating func finish(_ id: StepID) {
    if id.undo == nil { completed.insert(id) }
    if case .balancer(.serve) = plan?.act(id)?.action { outOfService.remove(id.node) }
  }

  /// `node` is as it was before its first disruptive phase.
  private mutating func forget(_ node: String) {
    pendingRollbacks.removeAll { $0 == node }
    let undone = (begun[node] ?? []).filter { plan?.step($0)?.phase.isDisruptive == true }
    begun[node]?.removeAll { undone.contains($0) }
    completed.subtract(undone)
    results.removeAll { $0.node == node && $0.phase.isDisruptive }
  }
}
