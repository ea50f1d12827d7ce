/// What came of a run, by its events: what the summary and the report at its end are made from. Pure.
public struct RunOutcome: Sendable {
  /// The plan; nil before the run began.
  public private(set) var plan: Plan?
  /// How the run ended; nil as long as it has not.
  public private(set) var status: Status?
  /// The results per node and phase.
  public private(set) var results = Results()
  /// The nodes that need the operator's hand.
  public private(set) var stranded: [Stranded] = []
  /// What is worth knowing about the run as a whole.
  public private(set) var notes: [String] = []
  private var findings = NodeMessages()
  private var warnings = NodeMessages()
  private var toDo = NodeMessages()
  private var failedInterludes: [(title: String, failure: Failure)] = []
  private var probes = ProbeReport()
  private var progress = Progress()

  /// Nothing has happened.
  public init() {}

  /// Takes in what happened next.
  public mutating func apply(_ event: Event) {
    if plan != nil { results.apply(event) }
    probes.apply(event)
    progress.apply(event)
    switch event {
    case .runStarted(let plan): self.plan = plan
    case .continued(_, let continuation): beginAgain(continuation)
    case .finding(let node, let finding):
      findings.add(node, "\(finding.line.drop { $0 == " " }) -> \(finding.meaning)", once: true)
    case .warning(let node, let text): warnings.add(node, text)
    case .toDo(let node, let text): toDo.add(node, text, once: true)
    case .stranded(let node): stranded.append(node)
    case .note(nil, let text): notes.append(text)
    case .interludeEnded(let title, let failure?): failedInterludes.append((title, failure))
    case .runEnded(let status): self.status = status
    default: break
    }
  }

  /// What failed before the run was taken up again is history, unless it is what nodes are taken back for.
  private mutating func beginAgain(_ continuation: Continuation) {
    (status, stranded, failedInterludes, notes) = (nil, [], [], [])
    if continuation == .resume, !progress.isGoingBack { results = progress.results }
  }

  /// The warnings, each with its node; where they are `folded`, a line for all nodes that have said the same.
  public func warnings(folded isFolded: Bool) -> [String] { warnings.lines(folded: isFolded) }

  /// The recognised messages and what they mean, as the warnings.
  public func meanings(folded isFolded: Bool) -> [String] { findings.lines(folded: isFolded) }

  /// What the probes came to, a line each, and when their budget was spent.
  public var probeLines: [String] { probes.lines }

  /// What a rollback that was done has not taken back.
  public var notUndone: [String] {
    results.entries.contains { $0.phase == .rollback } ? plan?.notUndone ?? [] : []
  }

  /// What is left to the operator after an upgrade that has succeeded: what follows from the plan, what was found on the
  /// nodes, and what the product's own tool has warned of.
  public var checklist: [String] {
    guard status == .success, let items = plan?.checklist, !items.isEmpty else { return [] }
    let warned = warnings.nodes
    return items + toDo.lines(folded: true)
      + (warned.isEmpty ? [] : ["\(warned.listed): settle what the product's tools have warned of (see Warnings)"])
  }

  /// What failed, each with where that was, in the order in which it did.
  public var failures: [(title: String, failure: Failure)] {
    let failed = results.entries.compactMap { entry -> (title: String, failure: Failure)? in
      guard case .failed(let failure) = entry.result else { return nil }
      return ("\(entry.node): \(entry.phase.title)", failure)
    }
    return failed + failedInterludes
  }
}
