/// What a crash test has shown, as a table with a row for each product, fault and case, and what the operator was told.
struct CrashMatrix: Sendable {
  /// All trials of one fault in one case, or why there are none.
  struct Row: Sendable {
    let product: CrashProduct
    let kind: CrashCase
    let fault: CrashFault
    var results: [CrashTrialResult] = []
    var obstacle: String?

    /// Those that reached their point.
    var tried: [CrashTrialResult] { results.filter { $0.isReached || !$0.isGood } }
    /// Whether all is as it must be.
    var isGood: Bool { results.allSatisfy(\.isGood) }
    /// What it is about.
    var words: [String] { [product.rawValue, fault.rawValue, kind.rawValue] }
    /// The same as one text.
    var title: String { words.joined(separator: ", ") }
  }

  private static let shownLines = 8
  let rows: [Row]

  /// Whether everything was survived.
  var isGood: Bool { rows.allSatisfy(\.isGood) }

  /// The text.
  var text: String {
    ([table, ""] + rows.flatMap(seen) + rows.flatMap(lost)).joined(separator: "\n")
  }

  private var table: String {
    PlainTable(
      header: [
        "PRODUCT", "FAULT", "CASE", "TRIED", "SURVIVED", "NOT REACHED", "STARTED AGAIN", "FAILED REQUESTS", "SECONDS",
      ],
      rows: rows.map { row in
        guard row.obstacle == nil else { return row.words + ["skipped"] + Self.blank }
        let requests = row.results.compactMap(\.failedRequests)
        return row.words
          + [
            row.tried.count, row.tried.filter(\.isGood).count, row.results.count - row.tried.count,
            row.results.map(\.resumes).reduce(0, +),
          ].map(String.init)
          + [requests.isEmpty ? "-" : "\(requests.reduce(0, +))", "\(row.results.map(\.duration).reduce(0, +))"]
      }
    ).text
  }

  private static let blank = Array(repeating: "", count: 5)

  /// The lines that the operator saw most often.
  private func seen(_ row: Row) -> [String] {
    if let obstacle = row.obstacle { return ["\(row.title): skipped: \(obstacle)"] }
    var counts: [String: Int] = [:]
    for line in row.tried.flatMap(\.seen) { counts[Self.shape(line), default: 0] += 1 }
    let most = counts.sorted { ($0.value, $1.key) > ($1.value, $0.key) }
    let rest = most.count - Self.shownLines
    let heading = "\(row.title): what the operator saw, and in how many trials"
    return [heading] + (most.isEmpty ? ["  nothing but progress"] : [])
      + most.prefix(Self.shownLines).map { "  \($0.value)x  \($0.key)" }
      + (rest > 0 ? ["  and \(rest) other lines"] : [])
  }

  private func lost(_ row: Row) -> [String] {
    row.results.filter { !$0.isGood }.flatMap { result in
      ["NOT SURVIVED: \(result.trial.title): see \(result.evidence)"] + result.complaints.prefix(8).map { "  \($0)" }
    }
  }

  /// The line without what differs from trial to trial.
  private static func shape(_ line: String) -> String {
    line.replacing(/Node-[A-Z]+/, with: "NODE").replacing(/[0-9]+/, with: "N")
  }
}
