/// The phase/node summary table, exactly as the vendor's scripts print it.
///
/// Source: the samples in the vendor's documentation, with the cells of `*` aligned (there they are two characters short).
public struct Summary: Sendable {
  private static let indent = "    "
  private let plan: Plan
  private let results: Results
  private let status: Status

  /// The summary of `results`.
  public init(_ plan: Plan, _ results: Results, _ status: Status) {
    self.plan = plan
    self.results = results
    self.status = status
  }

  /// The table's lines, its title first.
  public var lines: [String] {
    let phases = plan.phases + [.rollback]
    let heading = ["NODE"] + phases.map(\.title)
    let rows = plan.nodes.map { node in [node.name] + phases.map { cell(node.name, $0) } }
    let width = (rows + [heading]).joined().map(DisplayWidth.columns).max() ?? 0
    let border = "+" + heading.map { _ in String(repeating: "-", count: width + 2) + "+" }.joined()
    let table =
      [border, "| " + DisplayWidth.pad(plan.title, to: (width + 3) * heading.count - 3) + " |", border]
      + ([heading] + rows).flatMap { [line($0, width), border] }
    return ["Summary table (Status.\(status.name)):"] + table.map { Self.indent + $0 }
  }

  private func cell(_ node: String, _ phase: Phase) -> String {
    switch results.result(node, phase) {
    case .passed: "PASSED (0)"
    case .failed(let failure): "FAILED (\(failure.exitCode))"
    case nil: "*"
    }
  }

  private func line(_ cells: [String], _ width: Int) -> String {
    "|" + cells.map { " \(DisplayWidth.pad($0, to: width)) |" }.joined()
  }
}
