/// Tells the operator at the end what came of a run: the table, what failed and what it means, the warnings per node, and
/// the nodes that need a hand.
public actor RunReport: EventReader {
  private var outcome = RunOutcome()

  /// An empty report.
  public init() {}

  /// Takes in an event.
  public func read(_ event: Event) { outcome.apply(event) }

  /// The report's lines; none before the run has ended. With `allNodes` each node has its row in the table, however many
  /// there are.
  public func lines(allNodes: Bool = false) -> [String] { outcome.lines(allNodes: allNodes) }
}

extension RunOutcome {
  /// The lines that are printed at the end; none before the run has ended.
  fileprivate func lines(allNodes: Bool) -> [String] {
    guard let plan, let status else { return [] }
    let isFolded = !allNodes && plan.nodes.count > FleetSize.readable
    return Summary(plan, results, status, allNodes: allNodes).lines + probeLines.map(PlainText.oneLine)
      + notes.map(PlainText.oneLine)
      + section("Warnings", warnings(folded: isFolded))
      + section("What these messages mean", meanings(folded: isFolded))
      + section("Not undone by the rollback", notUndone)
      + section("To do after the upgrade", checklist)
      + section("Failed", failed) + needsHand
  }

  private var failed: [String] {
    failures.flatMap { title, failure in
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
