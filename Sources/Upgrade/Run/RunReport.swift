/// Collects the events of a run into what the operator reads at its end: the table, what failed and what it means,
/// the warnings per node, and the nodes that need a hand.
public actor RunReport: EventReader {
  private var plan: Plan?
  private var status: Status?
  private var results = Results()
  private var findings = NodeMessages()
  private var warnings = NodeMessages()
  private var stranded: [Stranded] = []
  private var notes: [String] = []
  private var failedInterludes: [(title: String, failure: Failure)] = []
  private var probes = ProbeReport()
  private var progress = Progress()

  /// An empty report.
  public init() {}

  /// Takes in an event.
  public func read(_ event: Event) {
    if plan != nil { results.apply(event) }
    probes.apply(event)
    progress.apply(event)
    switch event {
    case .runStarted(let plan): self.plan = plan
    case .continued(_, let continuation): beginAgain(continuation)
    case .finding(let node, let finding):
      findings.add(node, "\(finding.line.drop { $0 == " " }) -> \(finding.meaning)", once: true)
    case .warning(let node, let text): warnings.add(node, text)
    case .stranded(let node): stranded.append(node)
    case .note(nil, let text): notes.append(text)
    case .interludeEnded(let title, let failure?): failedInterludes.append((title, failure))
    case .runEnded(let status): self.status = status
    default: break
    }
  }

  /// What failed before the run was taken up again is history, unless it is what nodes are taken back for.
  private func beginAgain(_ continuation: Continuation) {
    (status, stranded, failedInterludes, notes) = (nil, [], [], [])
    if continuation == .resume, !progress.isGoingBack { results = progress.results }
  }

  /// The report's lines; none before the run has ended. With `allNodes` each node has its row in the table, however many
  /// there are.
  public func lines(allNodes: Bool = false) -> [String] {
    guard let plan, let status else { return [] }
    let isFolded = !allNodes && plan.nodes.count > FleetSize.readable
    return Summary(plan, results, status, allNodes: allNodes).lines + probes.lines.map(PlainText.oneLine)
      + notes.map(PlainText.oneLine)
      + section("Warnings", warnings.lines(folded: isFolded))
      + section("What these messages mean", findings.lines(folded: isFolded))
      + section("Not undone by the rollback", hasRolledBack ? plan.notUndone : [])
      + section("Failed", failures) + needsHand
  }

  private var hasRolledBack: Bool { results.entries.contains { $0.phase == .rollback } }

  private var failures: [String] {
    let failed = results.entries.compactMap { entry -> (title: String, failure: Failure)? in
      guard case .failed(let failure) = entry.result else { return nil }
      return ("\(entry.node): \(entry.phase.title)", failure)
    }
    return (failed + failedInterludes).flatMap { title, failure in
      ["\(title): \(failure.description)"] + failure.evidence.suffix(10).map { "  | \($0)" }
    }
  }

  private var needsHand: [String] {
    stranded.flatMap { node in
      ["", "\(node.node) needs your hand: it is \(node.state). Still to do, in this order:"].map(PlainText.oneLine)
        + node.remaining.flatMap { ["  # \(PlainText.oneLine($0.title))"] + $0.lines.map { "  " + $0 } }
    }
  }

  private func section(_ title: String, _ lines: [String]) -> [String] {
    lines.isEmpty ? [] : ["", "\(title):"] + lines.map { "  " + PlainText.oneLine($0) }
  }
}
