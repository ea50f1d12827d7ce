import Upgrade

/// A table of what nodes are and have, a row each; of few nodes and many columns the other way round, so that it fits on
/// paper, which cannot be scrolled.
struct NodeGrid {
  private let columns: [String]
  private let rows: [(label: String, cells: [HTML])]

  /// A table of `rows`, whose cells are `td` elements.
  init(_ columns: [String], _ rows: [(label: String, cells: [HTML])]) {
    (self.columns, self.rows) = (columns, rows)
  }

  /// The table, of a kind that the style sheet knows.
  func html(of kind: String = "") -> HTML {
    guard PhaseColumns.areTooMany(columns.count, rows: rows.count) else {
      return Self.table(kind, ["Node"] + columns, rows)
    }
    return Self.table(
      kind, [""] + rows.map(\.label), columns.indices.map { place in (columns[place], rows.map { $0.cells[place] }) })
  }

  private static func table(_ kind: String, _ heading: [String], _ rows: [(label: String, cells: [HTML])]) -> HTML {
    """
    <div class="scroll"><table class="\(kind)">
    <thead><tr>\(heading.html { "<th scope=\"col\">\($0)</th>" })</tr></thead>
    <tbody>
    \(rows.html { label, cells in "<tr><th scope=\"row\">\(label)</th>\(HTML(cells))</tr>\n" })
    </tbody></table></div>
    """
  }
}
