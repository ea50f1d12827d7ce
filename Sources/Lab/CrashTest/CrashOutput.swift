/// What all `zdupgrade` of a trial have printed.
struct CrashOutput: Sendable {
  private static let longest = 160

  let text: String
  /// The folder of the trial, which is left out of the lines.
  let folder: String

  private var lines: [String] { text.split(separator: "\n").map(String.init) }

  /// The lines that tell the operator of something wrong, each once; what failed comes with the last line of its evidence.
  var complaints: [String] {
    var seen: [String] = []
    let lines = lines
    for (index, line) in lines.enumerated() {
      guard ["zdupgrade: ", "FAILED: ", "needs your hand: "].contains(where: line.contains) else { continue }
      let evidence = lines[(index + 1)...].prefix { $0.hasPrefix("  | ") }.last.map { String($0.dropFirst()) } ?? ""
      let short = FinalStateReader.mask("\(line)\(evidence)".replacing(folder, with: "...")).prefix(Self.longest)
      if !seen.contains(String(short)) { seen.append(String(short)) }
    }
    return seen
  }

  /// The rows of the last summary table, its status first.
  var summary: [String] {
    guard let start = lines.lastIndex(where: { $0.hasPrefix("Summary table (") }) else { return [] }
    let rows = lines[(start + 1)...].prefix { $0.hasPrefix("    ") }.filter { $0.contains("(") || $0.contains("*") }
    return [lines[start]] + rows.map { $0.split(separator: " ").joined(separator: " ") }
  }
}
