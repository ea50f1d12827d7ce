import FoundationEssentials
import Upgrade

/// How long phases take, by those that are done, and what is left by that.
struct Forecast: Sendable {
  private struct Lane: Sendable {
    let node: String
    let phases: [Phase]
  }

  private struct Stage: Sendable {
    let lanes: [Lane]
    let concurrency: Int
    /// The seconds for which the nodes are watched behind it.
    let baking: Int
  }

  private var stages: [Stage] = []
  private var taken: [String: [Double]] = [:]
  private static let kept = 30

  /// What there is to do.
  mutating func take(_ plan: Plan) {
    stages = plan.stages.map { stage in
      Stage(
        lanes: stage.lanes.map { lane in
          Lane(node: lane.node, phases: lane.steps.map(\.phase).reduce(into: []) { if $0.last != $1 { $0.append($1) } })
        }, concurrency: max(1, stage.concurrency),
        baking: stage.interludes.reduce(0) { if case .bake(let seconds, _) = $1 { $0 + seconds } else { $0 } })
    }
  }

  /// A node has passed `phase` in so many seconds.
  mutating func learn(_ phase: Phase, _ seconds: Double) {
    taken[phase.title, default: []].append(seconds)
    if taken[phase.title, default: []].count > Self.kept { taken[phase.title]?.removeFirst() }
  }

  /// The median of what nodes have taken for it; nil before the first.
  func usualSeconds(of phase: Phase) -> Double? {
    guard let sorted = taken[phase.title]?.sorted(), !sorted.isEmpty else { return nil }
    return sorted[sorted.count / 2]
  }

  /// The seconds up to the plan's end; nil where a phase is to come that no node has passed.
  ///
  /// - Parameter node: how the node of a name stands.
  func secondsLeft(at now: Date, _ node: (String) -> LiveNode?) -> Double? {
    guard !stages.isEmpty else { return nil }
    var left = 0.0
    for stage in stages {
      var longest = 0.0
      var sum = 0.0
      for lane in stage.lanes {
        guard let seconds = secondsLeft(of: lane, node(lane.node), at: now) else { return nil }
        longest = max(longest, seconds)
        sum += seconds
      }
      let isOpen = sum > 0
      left += max(longest, sum / Double(stage.concurrency)) + (isOpen ? Double(stage.baking) : 0)
    }
    return left
  }

  private func secondsLeft(of lane: Lane, _ node: LiveNode?, at now: Date) -> Double? {
    guard let node else { return 0 }
    var left = 0.0
    for phase in lane.phases {
      let state = node.state(of: phase)
      if let result = state?.result {
        guard result.hasPassed else { return 0 }
        continue
      }
      guard let usual = usualSeconds(of: phase) else { return nil }
      left += max(0, usual - (state?.seconds(until: now) ?? 0))
    }
    return left
  }
}
