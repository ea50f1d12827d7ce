/// Columns of text, each as wide as its widest cell.
struct PlainTable: Sendable {
  let header: [String]
  let rows: [[String]]

  /// The table, a line a row, without spaces at the ends.
  var text: String {
    let all = [header] + rows
    let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      var line = cells.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }
}
