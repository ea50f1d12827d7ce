public import FoundationEssentials

/// Finds in the events of a run what people are to be told. Pure.
public struct NoticeMaker: Sendable {
  private let run: RunID
  private let by: String
  private var progress = Progress()
  private var finished: Set<String> = []

  /// A maker for the run that `origin` has in hand.
  public init(_ origin: RunOrigin) {
    run = origin.run
    by = "\(origin.user)@\(origin.host)"
  }

  /// Takes in what happened before this process.
  public mutating func replay(_ event: Event) { _ = notice(of: event, at: run.time) }

  /// What is to be told of `event`, which happened at `time`; nil for most.
  public mutating func notice(of event: Event, at time: Date) -> Notice? {
    progress.apply(event)
    switch event {
    case .runStarted(let plan):
      return make(.started, time, "upgrade of \(plan.nodes.map(\.name).listed) has begun")
    case .phaseEnded(_, .preflight, _): return nil
    case .phaseEnded(let node, .rollback, .passed):
      finished.remove(node)
      return make(.nodeTakenBack, time, "\(node) is as it was before", node: node)
    case .phaseEnded(let node, _, .passed):
      guard !progress.isUnfinished(node), finished.insert(node).inserted else { return nil }
      return make(.nodeFinished, time, "\(node) is finished", node: node)
    case .phaseEnded(let node, let phase, .failed(let failure)):
      return make(
        .failed, time, "\(node): \(phase.title) FAILED: \(failure.description)", node: node, phase: phase.title)
    case .interludeEnded(let title, let failure?):
      return make(.failed, time, "\(title): FAILED: \(failure.description)")
    case .breached(let breach): return make(.failed, time, "probe budget spent: \(breach.reason)")
    case .lock(.lost(let node, let reason)): return make(.failed, time, "\(node): lock lost: \(reason)", node: node)
    case .stranded(let node):
      return make(.failed, time, "\(node.node) needs a hand: it is \(node.state)", node: node.node)
    case .paused(let reason): return make(.paused, time, "waits for the operator: \(reason)")
    case .runEnded(let status):
      return make(.ended, time, "ended with \(status.name) (\(status.code))", status: status)
    default: return nil
    }
  }

  private func make(
    _ kind: Notice.Kind, _ time: Date, _ text: String, node: String? = nil, phase: String? = nil, status: Status? = nil
  ) -> Notice {
    Notice(
      event: kind, run: run, by: by, time: time, text: PlainText.oneLine("zdupgrade run \(run) (\(by)): \(text)"),
      node: node, phase: phase, status: status, finished: finished.count, nodes: progress.plan?.nodes.count ?? 0)
  }
}
