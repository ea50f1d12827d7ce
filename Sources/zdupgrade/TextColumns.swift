import Upgrade

/// Lays out rows in columns.
enum TextColumns {
  /// A line a row, each column as wide as its widest cell; nothing from outside can break a line.
  static func lines(_ rows: [[String]]) -> [String] {
    let rows = rows.map { $0.map(PlainText.oneLine) }
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in
      rows.map { $0.indices.contains(column) ? DisplayWidth.columns($0[column]) : 0 }.max() ?? 0
    }
    return rows.map { row in
      let cells = zip(row, widths).map { DisplayWidth.pad($0, to: $1) }
      return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
    }
  }
}
