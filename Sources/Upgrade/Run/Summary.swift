/// The phase/node summary table, exactly as the vendor's scripts print it. A fleet that is too large for that has its
/// nodes folded by group, and those that failed behind them, one by one; phases that are too many for a line have a row each.
///
/// Source: the samples in the vendor's documentation, with the cells of `*` aligned (there they are two characters short).
public struct Summary: Sendable {
  private static let indent = "    "
  private let plan: Plan
  private let cells: [String: [String]]
  private let failed: Set<String>
  private let status: Status
  private let isFolded: Bool

  /// The summary of `results`; with `allNodes` each node has a row however many there are.
  public init(_ plan: Plan, _ results: Results, _ status: Status, allNodes: Bool = false) {
    self.plan = plan
    self.status = status
    isFolded = !allNodes && plan.nodes.count > FleetSize.readable
    var cells: [String: [String]] = [:]
    var failed: Set<String> = []
    let phases = plan.phases + [.rollback]
    let columns = Dictionary(phases.enumerated().map { ($1, $0) }) { first, _ in first }
    for node in plan.nodes { cells[node.name] = Array(repeating: "*", count: phases.count) }
    for entry in results.entries {
      guard let column = columns[entry.phase] else { continue }
      cells[entry.node]?[column] = Self.cell(entry.result)
      if !entry.result.hasPassed { failed.insert(entry.node) }
    }
    self.cells = cells
    self.failed = failed
  }

  /// The table's lines, its title first.
  public var lines: [String] {
    let heading = ["NODE"] + (plan.phases + [.rollback]).map(\.title)
    let rows = isFolded ? folded : plan.nodes.map(row)
    let isTurned = PhaseColumns.areTooMany(heading.count - 1, rows: rows.count)
    let cells = isTurned ? Self.turned(["PHASE"] + heading.dropFirst(), rows) : [heading] + rows
    let isDense = isFolded || isTurned
    let widths = isDense ? Self.ownWidths(cells) : Self.sameWidth(cells)
    let border = "+" + widths.map { String(repeating: "-", count: $0 + 2) + "+" }.joined()
    let inside = max(0, widths.reduce(0) { $0 + $1 + 3 } - 3)
    let table =
      [border, "| " + DisplayWidth.pad(plan.title, to: inside) + " |", border]
      + cells.flatMap { [Self.line($0, widths)] + (isDense ? [] : [border]) } + (isDense ? [border] : [])
    return ["Summary table (Status.\(status.name)):"] + table.map { Self.indent + $0 }
  }

  private func row(_ node: Node) -> [String] { [PlainText.oneLine(node.name)] + (cells[node.name] ?? []) }

  /// A row for the nodes of a group that stand alike; who failed has one of its own, and comes last.
  private var folded: [[String]] {
    let kept = plan.nodes.filter { !failed.contains($0.name) }
    let folds = NodeFold.folds(of: kept, among: plan.nodes) { cells[$0.name] ?? [] }
    return folds.map { [PlainText.oneLine($0.label)] + (cells[$0.nodes[0].name] ?? []) }
      + plan.nodes.filter { failed.contains($0.name) }.map(row)
  }

  /// A row for each of the columns.
  private static func turned(_ heading: [String], _ rows: [[String]]) -> [[String]] {
    heading.indices.map { column in [heading[column]] + rows.map { $0[column] } }
  }

  private static func cell(_ result: PhaseResult) -> String {
    switch result {
    case .passed: "PASSED (0)"
    case .failed(let failure): "FAILED (\(failure.exitCode))"
    }
  }

  /// As the vendor has it: each column as wide as the widest cell of all.
  private static func sameWidth(_ rows: [[String]]) -> [Int] {
    let width = rows.joined().map(DisplayWidth.columns).max() ?? 0
    return (rows.first ?? []).map { _ in width }
  }

  private static func ownWidths(_ rows: [[String]]) -> [Int] {
    (rows.first ?? []).indices.map { column in rows.map { DisplayWidth.columns($0[column]) }.max() ?? 0 }
  }

  private static func line(_ cells: [String], _ widths: [Int]) -> String {
    "|" + zip(cells, widths).map { " \(DisplayWidth.pad($0, to: $1)) |" }.joined()
  }
}

/// Whether phases are the columns or the rows of a table.
public enum PhaseColumns {
  /// So many are on a line of a terminal, or of paper, that is not too long: the vendor's six and a few.
  private static let most = 8

  /// Whether `phases` are too many for columns, and fewer rows are so few that they can be the columns.
  public static func areTooMany(_ phases: Int, rows: Int) -> Bool { phases > most && rows < phases }
}
