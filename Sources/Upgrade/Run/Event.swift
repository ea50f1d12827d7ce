/// Something that happened in a run. Console, logs and summary are made from these alone.
public enum Event: Sendable, Hashable, Codable {
  /// The run begins, with this plan.
  case runStarted(Plan)
  /// A stage of the plan begins.
  case stageStarted(String)
  /// A phase begins on a node.
  case phaseStarted(node: String, phase: Phase)
  /// A step is about to be performed.
  case stepStarted(node: String, title: String)
  /// A command is about to be sent to a node; the lines are those of the node's log, without secrets.
  case commandStarted(node: String, lines: [String])
  /// A line that a command printed, with secrets taken out.
  case output(node: String, stream: CommandOutput.Stream, line: String)
  /// A command has ended; nil where it was cut short, with the reason.
  case commandEnded(node: String, exit: CommandExit?, reason: String?)
  /// Something worth knowing about a node, or about the run where the node is nil.
  case note(node: String?, text: String)
  /// A warning that the product's own tool printed; shown again at the end.
  case warning(node: String, text: String)
  /// A message of the product's own tool that was recognised.
  case finding(node: String, Finding)
  /// A step has ended; nil when it did what it should.
  case stepEnded(node: String, title: String, failure: Failure?)
  /// A phase has ended on a node.
  case phaseEnded(node: String, phase: Phase, result: PhaseResult)
  /// The rollback helper has decided what follows a failure.
  case decided(RollbackDecision, after: Phase, on: String)
  /// A node could not be taken back.
  case stranded(Stranded)
  /// The run is over.
  case runEnded(Status)
}

/// How a phase ended on a node.
public enum PhaseResult: Sendable, Hashable, Codable {
  /// Everything in it was done.
  case passed
  /// A step failed.
  case failed(Failure)

  /// The number in the summary's cell.
  public var exitCode: Int32 {
    switch self {
    case .passed: 0
    case .failed(let failure): failure.exitCode
    }
  }

  /// Whether everything in it was done.
  public var hasPassed: Bool { self == .passed }
}

/// A message of the product's own tool, explained.
public struct Finding: Sendable, Hashable, Codable {
  /// The line that was recognised.
  public let line: String
  /// What it means for the operator, and what to do.
  public let meaning: String

  /// A finding.
  public init(line: String, meaning: String) {
    self.line = line
    self.meaning = meaning
  }
}

/// A node that is neither upgraded nor back: where it stands and what to run by hand.
public struct Stranded: Sendable, Hashable, Codable {
  /// The node.
  public let node: String
  /// The state it is in, in words.
  public let state: String
  /// What is left to do, as titles, each with the lines to run on the node or none where it is the balancer's.
  public let remaining: [Remaining]

  /// One thing left to do.
  public struct Remaining: Sendable, Hashable, Codable {
    /// What it does.
    public let title: String
    /// The command lines that do it on the node.
    public let lines: [String]
  }

  /// A stranded node; `remaining` are the acts not done, the failed one first.
  public init(node: String, state: String, remaining: [Act]) {
    self.node = node
    self.state = state
    self.remaining = remaining.map { act in
      let lines: [String] =
        switch act.action {
        case .run(let command, _, _): [command.line]
        case .ensure(let goal): [goal.act.line]
        case .answer(let check): ["curl -fsS \(ShellQuoting.quote(check.url))"]
        case .balancer: []
        }
      return Remaining(title: act.title, lines: lines)
    }
  }
}
