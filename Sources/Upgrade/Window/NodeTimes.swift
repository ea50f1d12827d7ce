import FoundationEssentials

/// How long the nodes of a run have taken, by its journal.
public struct NodeTimes: Sendable {
  /// The longest that a node has taken from its first disruptive phase to the end of its last; nil when none is done. One
  /// that was cut off on its way counts for nothing.
  public private(set) var longest: Duration?
  private var began: [String: Date] = [:]
  private var last: [String: Phase] = [:]

  /// Nothing has happened.
  public init() {}

  /// Takes in what happened next.
  public mutating func apply(_ entry: JournalEntry) {
    switch entry.event {
    case .runStarted(let plan):
      for lane in plan.stages.flatMap(\.lanes) where lane.isDisruptive { last[lane.node] = lane.steps.last?.phase }
    case .continued: began = [:]
    case .phaseStarted(let node, .rollback): began[node] = nil
    case .phaseStarted(let node, let phase): if phase.isDisruptive, began[node] == nil { began[node] = entry.time }
    case .phaseEnded(let node, let phase, let result): end(phase, on: node, result, at: entry.time)
    default: break
    }
  }

  private mutating func end(_ phase: Phase, on node: String, _ result: PhaseResult, at time: Date) {
    guard let begin = began[node] else { return }
    if !result.hasPassed { began[node] = nil }
    guard result.hasPassed, phase == last[node] else { return }
    longest = max(longest ?? .zero, .seconds(time.timeIntervalSince(begin)))
  }
}
