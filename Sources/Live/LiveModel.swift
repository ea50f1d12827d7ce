public import FoundationEssentials
public import Upgrade

/// What the live view shows of a run, by its events. Pure, and small however much the nodes print.
public struct LiveModel: Sendable {
  /// The run's id; nil before the journal begins.
  public private(set) var run: RunID?
  /// When this process began with it.
  public private(set) var began: Date?
  /// The plan; nil before there is one.
  public private(set) var plan: Plan?
  /// The nodes, in the order of the topology.
  public private(set) var nodes: [LiveNode] = []
  /// The stage that is walked.
  public private(set) var stage: String?
  /// What stands between two stages and is under way, and since when.
  public private(set) var interlude: (title: String, began: Date)?
  /// Why the run waits for the operator; nil when it does not.
  public private(set) var pause: String?
  /// What the probes see.
  public private(set) var probes: [LiveProbe] = []
  /// How it ended; nil when it has not.
  public private(set) var status: Status?
  /// Whether nodes are, or were, taken back.
  public private(set) var isGoingBack = false
  private var places: [String: Int] = [:]
  private(set) var forecast = Forecast()

  /// Nothing has happened.
  public init() {}

  /// The node of that name; nil when there is none.
  public func node(_ name: String) -> LiveNode? { places[name].map { nodes[$0] } }

  /// Takes in what happened at `time`; nil where an earlier process saw it.
  public mutating func apply(_ event: Event, at time: Date?) {
    switch event {
    case .opened(let origin): begin(origin, at: time)
    case .continued(let origin, _):
      begin(origin, at: time)
      for place in nodes.indices { nodes[place].loseSight() }
      (status, pause, interlude) = (nil, nil, nil)
    case .runStarted(let plan): take(plan)
    case .replanned(let replanning): take(replanning.plan)
    case .stageStarted(let title): stage = title
    case .interludeStarted(let title): interlude = (title, time ?? .distantPast)
    case .interludeEnded: interlude = nil
    case .paused(let reason): pause = reason
    case .resumed: pause = nil
    case .probe(let event): apply(event)
    case .phaseStarted(_, .rollback), .takingBack: isGoingBack = true
    case .runEnded(let status): (self.status, pause, interlude, stage) = (status, nil, nil, nil)
    default: break
    }
    guard let name = event.node, let place = places[name] else { return }
    nodes[place].apply(event, at: time, event.step.flatMap { plan?.act($0)?.action })
    if case .phaseEnded(_, let phase, .passed) = event, let time,
      let seconds = nodes[place].state(of: phase)?.seconds(until: time)
    {
      forecast.learn(phase, seconds)
    }
  }

  private mutating func begin(_ origin: RunOrigin, at time: Date?) {
    run = origin.run
    began = began ?? time
    for name in origin.nodes where places[name] == nil {
      places[name] = nodes.count
      nodes.append(LiveNode(name))
    }
  }

  private mutating func take(_ plan: Plan) {
    self.plan = plan
    forecast.take(plan)
    for lane in plan.stages.flatMap(\.lanes) where lane.steps.contains(where: { $0.act.action == .balancer(.disable) })
    {
      if let place = places[lane.node] { nodes[place].takePart() }
    }
  }

  private mutating func apply(_ event: ProbeEvent) {
    guard let url = event.url else { return }
    let place = probes.firstIndex { $0.url == url } ?? probes.endIndex
    if place == probes.endIndex { probes.append(LiveProbe(url)) }
    probes[place].apply(event)
  }

  /// How many seconds the run will still take, by how long its phases have taken so far; nil where nobody can tell.
  public func secondsLeft(at now: Date) -> Double? {
    guard status == nil, !isGoingBack, pause == nil else { return nil }
    return forecast.secondsLeft(at: now, node)
  }

  /// How many seconds `phase` takes on a node, by the nodes that have passed it; nil before the first has.
  public func usualSeconds(of phase: Phase) -> Double? { forecast.usualSeconds(of: phase) }
}
