/// An event as a line for the run's log and the console; each line starts with its node.
public struct EventLine: Sendable, Hashable {
  /// The line.
  public let text: String
  /// What was seen, for a failure.
  public let details: [String]
  /// Whether it tells of something that went wrong.
  public let isFailure: Bool
  /// Whether the console leaves it out, as it would drown in such lines.
  public let isForLogOnly: Bool

  /// The line of `event`; nil for what only a node's own log shows.
  public init?(_ event: Event) {
    switch event {
    case .opened, .planned, .accepted, .commandStarted, .output, .commandEnded, .probe(.sample), .stepEnded(_, _, nil),
      .interludeEnded(_, nil):
      return nil
    case .runStarted(let plan): self.init("upgrade of \(plan.nodes.map(\.name).listed)")
    case .stageStarted(let title): self.init("== \(title)")
    case .phaseStarted(let node, let phase): self.init("\(node): \(phase.title)")
    case .stepStarted(let step, let title): self.init("\(step.node):   \(title)")
    case .note(let node, let text): self.init("\(node.map { "\($0):   " } ?? "")\(text)")
    case .warning(let node, let text): self.init("\(node):   \(text)")
    case .toDo(let node, let text): self.init("\(node):   to do after the upgrade: \(text)", isForLogOnly: true)
    case .finding(let node, let finding): self.init("\(node):   this means: \(finding.meaning)")
    case .stepEnded(let step, _, let failure?), .stepRefused(let step, _, let failure):
      self.init("\(step.node): FAILED: \(failure.description)", failure.evidence, isFailure: true)
    case .phaseEnded(let node, let phase, let result):
      self.init(
        "\(node): \(phase.title) \(result.hasPassed ? "passed" : "FAILED (\(result.exitCode))")",
        isFailure: !result.hasPassed)
    case .decided(let decision, let phase, let node):
      self.init("\(node): after the failure of \(phase.title): \(Self.text(decision))")
    case .stranded(let node): self.init("\(node.node): needs your hand: it is \(node.state)", isFailure: true)
    case .interludeStarted(let title): self.init(title)
    case .interludeEnded(let title, let failure?):
      self.init("FAILED: \(title): \(failure.description)", failure.evidence, isFailure: true)
    case .lock(let event): self.init(event.line, isFailure: event.isFailure)
    case .paused(let reason): self.init("paused: \(reason)")
    case .resumed: self.init("goes on")
    case .probe(let event): self.init(event.line, isFailure: event.isFailure, isForLogOnly: !event.isShown)
    case .breached(let breach): self.init("probe budget spent: \(breach.reason)", isFailure: true)
    case .runEnded(let status): self.init("ended: Status.\(status.name) (\(status.code))", isFailure: status.code != 0)
    case .commandFollowed(let node, _): self.init("\(node):   it was begun before, and is followed again")
    case .continued(let origin, let continuation):
      self.init("\(continuation.rawValue) of run \(origin.run)")
    case .believed(let step, let isDone, let why):
      self.init("\(step.node):   \(isDone ? "taken as done" : "taken as not done"): \(why)")
    case .replanned: self.init("goes on by a new plan, since the topology, the options or the tool have changed")
    case .takingBack(let nodes): self.init("to be taken back: \(nodes.listedInOrder)")
    }
  }

  private init(_ text: String, _ details: [String] = [], isFailure: Bool = false, isForLogOnly: Bool = false) {
    self.text = PlainText.oneLine(text)
    self.details = details.map(PlainText.oneLine)
    self.isFailure = isFailure
    self.isForLogOnly = isForLogOnly
  }

  private static func text(_ decision: RollbackDecision) -> String {
    switch decision {
    case .proceed: "the upgrade goes on with the next node"
    case .stop: "stop; nothing is taken back"
    case .rollBack(let nodes): "roll back \(nodes.listedInOrder)"
    }
  }
}
