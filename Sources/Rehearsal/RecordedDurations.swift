import FoundationEssentials
public import Upgrade

/// How long the steps of an earlier run took, by its journal.
///
/// A step that failed tells nothing, nor does a start or a stop of what was as wanted already. Of several - two instances of
/// a node, a step that was done again - the longest counts, and a node that is not in the run takes as long as the slowest
/// that is.
public struct RecordedDurations: Sendable {
  private struct Open {
    let began: Date
    var acts = 0
  }

  private var plan: Plan?
  private var open: [StepID: Open] = [:]
  private var seconds: [RehearsalStep: [String: Double]] = [:]

  /// Nothing is recorded.
  public init() {}

  /// Takes in the next entry of the journal.
  public mutating func take(_ entry: JournalEntry) {
    switch entry.event {
    case .runStarted(let plan): self.plan = plan
    case .replanned(let replanning): plan = replanning.plan
    case .stepStarted(let id, _): open[id] = Open(began: entry.time)
    case .commandStarted(let node, _, .some(_)), .commandFollowed(let node, _):
      for id in open.keys where id.node == node { open[id]?.acts += 1 }
    case .stepEnded(let id, _, let failure):
      guard let begun = open.removeValue(forKey: id), failure == nil else { return }
      end(id, begun, at: entry.time)
    default: break
    }
  }

  private mutating func end(_ id: StepID, _ begun: Open, at time: Date) {
    guard let step = plan?.step(id), let act = plan?.act(id), let kind = RehearsalStep(act, of: step) else { return }
    if case .ensure = act.action, begun.acts == 0 { return }
    let taken = max(0, time.timeIntervalSince(begun.began))
    seconds[kind, default: [:]][id.node] = max(taken, seconds[kind]?[id.node] ?? 0)
  }

  /// What was recorded, for the nodes of the run by name.
  public var durations: StepDurations {
    StepDurations(
      seconds.mapValues { StepDurations.Entry($0.values.max() ?? 0, nodes: $0, .recorded) })
  }
}
