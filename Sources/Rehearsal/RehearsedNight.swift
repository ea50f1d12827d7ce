import Axway
import FoundationEssentials
import Report
public import Upgrade

/// What the night would look like by its rehearsal; all times are the night's, in seconds. Pure.
public struct RehearsedNight: Sendable, Encodable {
  /// How long a phase took.
  public struct PhaseTime: Sendable, Encodable {
    /// The phase.
    public let phase: String
    /// How long, all in all.
    public let seconds: Double
    /// Whether it passed; nil where it did not end, or where several nodes are meant.
    public let hasPassed: Bool?
  }

  /// What became of a node.
  public struct NodeTime: Sendable, Encodable {
    /// The node.
    public let node: String
    /// How long the load balancer sent it nothing; nil where it was never taken out.
    public let outOfBalancer: Double?
    /// Whether it was still out at the end.
    public let isOutAtEnd: Bool
    /// How long it drained, as part of that.
    public let drain: Double?
    /// Its phases, in the order in which they began.
    public let phases: [PhaseTime]
  }

  /// What became of the requests to a group.
  public struct Traffic: Sendable, Encodable {
    /// The group.
    public let group: String
    /// How many instances it has.
    public let instances: Int
    /// The requests of the rehearsal.
    public let requests: Int
    /// Those that failed.
    public let failed: Int
    /// Why, each reason once.
    public let reasons: [String]
    /// Of a group with one instance: how long it would be interrupted; nil where no request failed.
    public let interruption: Double?
  }

  /// From the first to the last.
  public let total: Double
  /// How long the rehearsal itself took.
  public let rehearsed: Double
  /// The phases; of one that goes from node to node, only while it is under way on one.
  public let phases: [PhaseTime]
  /// The nodes, in the order of the topology.
  public let nodes: [NodeTime]
  /// The requests, by group.
  public let traffic: [Traffic]

  /// The night by the journal's `entries` and the lab's `account`, where steps take `durations` at so much `speed`, and is baked
  /// for `bake` seconds.
  public init(
    _ entries: [JournalEntry], _ account: RehearsalAccount, _ durations: StepDurations, speed: Int, bake: Int
  ) {
    let night = NightTime(Stretches(entries, account, durations, speed: speed, bake: bake).all)
    var story = RunStory()
    for entry in entries {
      story.take(JournalEntry(number: entry.number, time: night.time(entry.time), event: entry.event))
    }
    let end = story.lastEntry ?? Date(timeIntervalSince1970: 0)
    func length(_ from: Date?, _ to: Date?) -> Double { from.flatMap { from in to?.timeIntervalSince(from) } ?? 0 }
    rehearsed = length(entries.first?.time, entries.last?.time)
    total = length(entries.first.map { night.time($0.time) }, story.lastEntry)
    let plan = story.outcome.plan
    phases = ((plan?.phases ?? []) + [.rollback]).compactMap { phase in
      let spans = story.nodes.flatMap(\.phases).filter { $0.phase == phase }.map(\.span)
      guard !spans.isEmpty else { return nil }
      return PhaseTime(phase: phase.title, seconds: Self.length(of: spans, until: end), hasPassed: nil)
    }
    nodes = story.nodes.map { Self.time(of: $0, until: end) }
    traffic = account.traffic.map { group in
      Traffic(
        group: group.group, instances: group.instances, requests: group.requests, failed: group.failed,
        reasons: group.reasons,
        interruption: group.interruption.map { length($0.first.map(night.time), $0.last.map(night.time)) })
    }
  }

  private static func time(of node: NodeStory, until end: Date) -> NodeTime {
    NodeTime(
      node: node.name, outOfBalancer: node.outages.isEmpty ? nil : length(of: node.outages, until: end),
      isOutAtEnd: node.outages.last.map { $0.ended == nil } ?? false,
      drain: node.drains.isEmpty ? nil : length(of: node.drains, until: end),
      phases: node.phases.map { phase in
        let hasPassed = phase.result?.hasPassed
        return PhaseTime(
          phase: phase.phase.title, seconds: length(of: [phase.span], until: end), hasPassed: hasPassed)
      })
  }

  /// How long at least one of `spans` was, in seconds.
  private static func length(of spans: [TimeSpan], until end: Date) -> Double {
    var (total, last) = (0.0, Date.distantPast)
    for span in spans.sorted(by: { $0.began < $1.began }) {
      let ended = span.ended ?? end
      guard ended > last else { continue }
      total += ended.timeIntervalSince(max(span.began, last))
      last = ended
    }
    return total
  }
}

/// What in a rehearsal stands for a longer time: the delays of the lab, the drains, the gates and the bakes.
private struct Stretches {
  private(set) var all: [NightTime.Stretch] = []
  private let durations: StepDurations
  private let speed: Int
  private let bake: Int
  private var plan: Plan?
  private var steps: [StepID: Date] = [:]
  private var interlude: Date?

  init(
    _ entries: [JournalEntry], _ account: RehearsalAccount, _ durations: StepDurations, speed: Int, bake: Int
  ) {
    (self.durations, self.speed, self.bake) = (durations, speed, bake)
    all = account.taken.compactMap { taken in
      RehearsalStep(rawValue: taken.step).map {
        NightTime.Stretch(taken.began, taken.ended, seconds: durations.seconds($0, on: taken.node))
      }
    }
    for entry in entries { take(entry) }
  }

  private mutating func take(_ entry: JournalEntry) {
    switch entry.event {
    case .runStarted(let plan): self.plan = plan
    case .stepStarted(let id, _): steps[id] = entry.time
    case .stepEnded(let id, _, _):
      guard let began = steps.removeValue(forKey: id), let step = plan?.step(id), let act = plan?.act(id),
        let kind = RehearsalStep(act, of: step), kind == .drain || kind == .gate
      else { return }
      // One that was shorter than it should be - nothing was in flight - is shorter in the night too.
      let most = entry.time.timeIntervalSince(began) * Double(speed)
      all.append(.init(began, entry.time, seconds: min(most, durations.seconds(kind, on: id.node))))
    case .interludeStarted: interlude = entry.time
    case .interludeEnded(let title, _):
      let known = plan?.stages.flatMap(\.interludes).first { $0.title == title }
      guard let began = interlude, let known else { return }
      let seconds = if case .bake = known { Double(bake) } else { RehearsalSpeed.seconds(of: known, durations) }
      all.append(.init(began, entry.time, seconds: seconds))
    default: break
    }
  }
}
