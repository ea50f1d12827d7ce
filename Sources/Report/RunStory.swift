import FoundationEssentials
public import Upgrade

/// What happened in a run, with its times, by its journal: what the report tells. Pure, and bounded in memory however much
/// the nodes have printed.
public struct RunStory: Sendable {
  /// A process that had the run in hand.
  public struct Turn: Sendable {
    /// The process.
    public let origin: RunOrigin
    /// What it did with a run that another one had begun; nil for who has begun it.
    public let continuation: Continuation?
    /// From its first entry to its last.
    public fileprivate(set) var span: TimeSpan
  }

  /// Something worth knowing, in a line.
  public struct Moment: Sendable {
    /// When that was.
    public let time: Date
    /// What happened.
    public let text: String
    /// What was seen, for a failure.
    public let details: [String]
    /// Whether something went wrong.
    public let isFailure: Bool
  }

  /// The processes, in their order.
  public private(set) var turns: [Turn] = []
  /// What came of it.
  public private(set) var outcome = RunOutcome()
  /// The nodes, in the order of the topology.
  public private(set) var nodes: [NodeStory] = []
  /// What the traffic probe saw.
  public private(set) var probes: [ProbeStory] = []
  /// What is worth knowing, in its order; of much the first and the last.
  public private(set) var moments: [Moment] = []
  /// How many were left out of them.
  public private(set) var omittedMoments = 0
  /// What the plan is made from; nil where the run has not come to a plan.
  public private(set) var basis: RunBasis?
  /// When the run waited for the operator.
  public private(set) var pauses: [TimeSpan] = []
  private var plan: Plan?
  private var places: [String: Int] = [:]
  private static let keptMoments = 4000

  /// Nothing has happened.
  public init() {}

  /// When the last thing happened.
  public var lastEntry: Date? { turns.last?.span.ended }

  /// Takes in the next entry of the journal.
  public mutating func take(_ entry: JournalEntry) {
    let time = entry.time
    switch entry.event {
    case .opened(let origin): begin(origin, nil, at: time)
    case .continued(let origin, let continuation): begin(origin, continuation, at: time)
    case .runStarted(let plan): self.plan = plan
    case .replanned(let replanning): plan = replanning.plan
    case .paused: pauses.append(TimeSpan(time))
    case .resumed, .runEnded: if let last = pauses.indices.last, pauses[last].ended == nil { pauses[last].ended = time }
    case .probe(let event): apply(event, at: time)
    default: break
    }
    basis = entry.event.basis ?? basis
    if let last = turns.indices.last { turns[last].span.ended = time }
    outcome.apply(entry.event)
    if let name = entry.event.node, let place = places[name] {
      nodes[place].apply(entry.event, at: time, entry.event.step.flatMap { plan?.act($0)?.action })
    }
    note(entry)
  }

  private mutating func begin(_ origin: RunOrigin, _ continuation: Continuation?, at time: Date) {
    turns.append(Turn(origin: origin, continuation: continuation, span: TimeSpan(time, time)))
    for name in origin.nodes where places[name] == nil {
      places[name] = nodes.count
      nodes.append(NodeStory(name))
    }
  }

  private mutating func apply(_ event: ProbeEvent, at time: Date) {
    guard let url = event.url else { return }
    let place = probes.firstIndex { $0.url == url } ?? probes.endIndex
    if place == probes.endIndex { probes.append(ProbeStory(url)) }
    probes[place].apply(event, at: time)
  }

  /// Keeps what the run's log would say of it, but for what the timeline and the probes' part show.
  private mutating func note(_ entry: JournalEntry) {
    switch entry.event {
    case .probe(let event) where !event.isShown: return
    default: break
    }
    guard let line = EventLine(entry.event) else { return }
    moments.append(Moment(time: entry.time, text: line.text, details: line.details, isFailure: line.isFailure))
    guard moments.count > Self.keptMoments else { return }
    moments.remove(at: Self.keptMoments / 2)
    omittedMoments += 1
  }
}
