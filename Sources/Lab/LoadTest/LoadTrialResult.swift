/// What one upgrade of a load test has shown.
struct LoadTrialResult: Sendable {
  let trial: LoadTrial
  /// The exit code of `zdupgrade`.
  let code: Int32
  let report: LoadReport
  /// The nodes that answer with another version than they should at the end, or not at all.
  let strangers: [String]
  let logs: String

  /// Whether it is as it must be.
  var isGood: Bool { code == trial.expectedCode && report.isClean && strangers.isEmpty }

  static let header = [
    "BALANCER", "NODES", "CASE", "EXIT", "SECONDS", "REQUESTS", "LOST", "DUPLICATED", "ERRORS", "RACED", "LONGEST GAP",
    "ONE INSTANCE", "OUTLIVING",
  ]

  /// Its line in the table; the last two cells count apart: errors and requests of groups with one instance, and of
  /// connections that outlive a drain.
  var cells: [String] {
    let rows = report.undisturbed
    let sums: [KeyPath<LoadReport.Row, Int>] = [\.requests, \.lost, \.duplicated, \.errors, \.raced]
    let gap = rows.map(\.longestGap).max() ?? 0
    return [trial.balancer.rawValue, "\(trial.nodes)", trial.kind.rawValue, "\(code)", "\(report.duration / 1000)"]
      + sums.map { path in "\(rows.map { $0[keyPath: path] }.reduce(0, +))" }
      + ["\(gap) ms", Self.apart(report.rows.filter { $0.kind == nil && $0.instanceCount == 1 })]
      + [Self.apart(report.rows.filter { $0.kind == .long })]
  }

  /// What is not as it must be.
  var complaints: [String] {
    var lines: [String] = []
    if code != trial.expectedCode { lines.append("zdupgrade ended with \(code), not with \(trial.expectedCode)") }
    if !strangers.isEmpty { lines.append("the wrong version at the end on \(strangers.joined(separator: ", "))") }
    let several = Set(report.undisturbed.map(\.group))
    let incidents = report.incidents.filter { several.contains($0.group) && $0.kind != .long && !$0.isRace }
    return lines + incidents.prefix(20).map(LoadTable.line)
  }

  private static func apart(_ rows: [LoadReport.Row]) -> String {
    guard !rows.isEmpty else { return "-" }
    return "\(rows.map(\.errors).reduce(0, +))/\(rows.map(\.requests).reduce(0, +))"
  }
}
