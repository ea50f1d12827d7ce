/// The result of a mixed load as text: for each group a line a kind, and one for all of them; then what was wrong.
public struct LoadTable: Sendable {
  private let report: LoadReport

  /// How many incidents are shown one by one.
  private static let shownIncidents = 20

  /// The text of `report`.
  public init(_ report: LoadReport) { self.report = report }

  /// The lines.
  public var text: String {
    let table = PlainTable(
      header: ["GROUP", "KIND", "REQUESTS", "LOST", "DUPLICATED", "ERRORS", "RACED", "LONGEST GAP"],
      rows: report.rows.map { row in
        let numbers = [row.requests, row.lost, row.duplicated, row.errors, row.raced].map(String.init)
        return [row.group, row.kind?.rawValue ?? "all"] + numbers + ["\(row.longestGap) ms"]
      })
    let single = report.rows.filter { $0.kind == nil && $0.instanceCount == 1 }.map {
      "\($0.group) has one instance: what goes wrong there counts apart"
    }
    let hidden = report.incidents.count - Self.shownIncidents
    let more = hidden > 0 ? ["  and \(hidden) more"] : []
    let incidents = report.incidents.prefix(Self.shownIncidents).map(Self.line) + more
    return ([table.text] + single + incidents).joined(separator: "\n")
  }

  static func line(_ incident: LoadReport.Incident) -> String {
    let servers = incident.servers.isEmpty ? "" : " (served by \(incident.servers.joined(separator: ", ")))"
    return "  \(incident.group): \(incident.kind.rawValue) \(incident.sequence) after \(incident.sent) ms: "
      + incident.reason + servers
  }
}
