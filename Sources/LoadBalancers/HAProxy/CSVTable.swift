/// A table as HAProxy prints its statistics: a line of column names, and fields that may be quoted.
struct CSVTable {
  /// The lines behind the first, each by column.
  let rows: [[String: String]]

  /// Reads `text`; nil when a quoted field does not end, or a line has other fields than the first.
  init?(_ text: String) {
    guard let lines = Self.lines(text), let columns = lines.first else { return nil }
    var rows: [[String: String]] = []
    for line in lines.dropFirst() {
      guard line.count == columns.count else { return nil }
      rows.append(Dictionary(zip(columns, line)) { first, _ in first })
    }
    self.rows = rows
  }

  private static func lines(_ text: String) -> [[String]]? {
    var lines: [[String]] = []
    var fields: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    var bytes = Array(text.utf8)[...]
    func endField() {
      fields.append(String(decoding: field, as: UTF8.self))
      field = []
    }
    while let byte = bytes.popFirst() {
      switch byte {
      case UInt8(ascii: "\"") where isQuoted && bytes.first == byte:
        field.append(byte)
        bytes.removeFirst()
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: ",") where !isQuoted: endField()
      case UInt8(ascii: "\n") where !isQuoted:
        endField()
        if fields != [""] { lines.append(fields) }
        fields = []
      default: field.append(byte)
      }
    }
    guard !isQuoted else { return nil }
    if !field.isEmpty || !fields.isEmpty {
      endField()
      lines.append(fields)
    }
    return lines
  }
}
