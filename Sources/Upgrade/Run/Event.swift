/// Something that happened in a run. Console, logs and summary are made from these alone.
public enum Event: Sendable, Hashable, Codable {
  /// The journal begins.
  case opened(RunOrigin)
  /// The journal is continued by another process.
  case continued(RunOrigin, Continuation)
  /// What the plan is made from.
  case planned(RunBasis)
  /// What is left of the run is done by another plan from now on.
  case replanned(Replanning)
  /// The run begins, with this plan.
  case runStarted(Plan)
  /// A stage of the plan begins.
  case stageStarted(String)
  /// A phase begins on a node.
  case phaseStarted(node: String, phase: Phase)
  /// A step, or an act that takes one back, is about to be performed.
  case stepStarted(StepID, title: String)
  /// A command is about to be sent to a node; the lines are those of the node's log, without secrets. `job` is its name
  /// on the node where it outlives the connection.
  case commandStarted(node: String, lines: [String], job: String? = nil)
  /// A command that an earlier process has started is followed again.
  case commandFollowed(node: String, job: String)
  /// A line that a command printed, with secrets taken out.
  case output(node: String, stream: CommandOutput.Stream, line: String)
  /// A command has ended; nil where it was cut short, with the reason.
  case commandEnded(node: String, exit: CommandExit?, reason: String?)
  /// Something worth knowing about a node, or about the run where the node is nil.
  case note(node: String?, text: String)
  /// A warning that the product's own tool printed; shown again at the end.
  case warning(node: String, text: String)
  /// Something on a node that is left to the operator after the upgrade; shown at the end of one that has succeeded.
  case toDo(node: String, text: String)
  /// A message of the product's own tool that was recognised.
  case finding(node: String, Finding)
  /// The node has accepted what a step, or an act that takes one back, wants of it, and goes on with it by itself.
  case accepted(StepID)
  /// A step has ended; nil when it did what it should.
  case stepEnded(StepID, title: String, failure: Failure?)
  /// A step, or an act that takes one back, may not be begun, and was not.
  case stepRefused(StepID, title: String, failure: Failure)
  /// A phase has ended on a node.
  case phaseEnded(node: String, phase: Phase, result: PhaseResult)
  /// What the nodes say of a step is believed, whatever the journal has of it; `why` in a phrase.
  case believed(StepID, isDone: Bool, why: String)
  /// The nodes are to be taken back, in this order, because the operator wants it.
  case takingBack([String])
  /// The rollback helper has decided what follows a failure.
  case decided(RollbackDecision, after: Phase, on: String)
  /// A node could not be taken back.
  case stranded(Stranded)
  /// Something between two stages begins.
  case interludeStarted(String)
  /// It has ended; nil when it passed.
  case interludeEnded(String, failure: Failure?)
  /// What becomes of the run's locks on the nodes.
  case lock(LockEvent)
  /// The run waits for the operator.
  case paused(String)
  /// It goes on.
  case resumed
  /// The traffic probe saw something.
  case probe(ProbeEvent)
  /// The traffic probe's budget is spent.
  case breached(Breach)
  /// The run is over.
  case runEnded(Status)
}

extension Event {
  /// Whether something is done behind it that would not be done without it.
  var announcesAnAct: Bool {
    switch self {
    case .stageStarted, .phaseStarted, .stepStarted, .commandStarted, .interludeStarted: true
    default: false
    }
  }
}

extension Event {
  /// What the plan is made from, where the event says that.
  public var basis: RunBasis? {
    switch self {
    case .planned(let basis): basis
    case .replanned(let replanning): replanning.basis
    default: nil
    }
  }
}

extension Event {
  /// The node whose phase, step or command it tells of; nil for what tells of none of these.
  public var node: String? {
    switch self {
    case .phaseStarted(let node, _), .phaseEnded(let node, _, _), .commandStarted(let node, _, _),
      .output(let node, _, _), .commandEnded(let node, _, _):
      node
    default: step?.node
    }
  }

  /// The step, or the act that takes one back, that begins or ends with it; nil where none does.
  public var step: StepID? {
    switch self {
    case .stepStarted(let id, _), .stepEnded(let id, _, _): id
    default: nil
    }
  }
}
