import Upgrade

/// Compares what the client of a load has seen with what the instances have written down.
struct LoadAccount: Sendable {
  let groups: [LabGroup]
  let records: [LoadRecord]
  let served: ServedCounts
  let duration: Duration

  /// The result.
  var report: LoadReport {
    var report = LoadReport(duration: duration.milliseconds)
    let sorted = records.sorted { $0.sent < $1.sent }
    for (index, group) in groups.enumerated() {
      let own = sorted.filter { $0.group == index }
      for kind in LoadKind.allCases {
        let some = own.filter { $0.kind == kind }
        if !some.isEmpty { report.rows.append(row(some, group, kind)) }
      }
      report.rows.append(row(own.filter { $0.kind != .long }, group, nil))
    }
    for record in sorted where report.incidents.count < LoadReport.keptIncidents {
      let verdict = judge(record)
      guard let reason = verdict.reason else { continue }
      let isRace = verdict.isRaced && !verdict.isLost && !verdict.isWrong && !verdict.isUnserved
      report.incidents.append(
        LoadReport.Incident(
          group: groups[record.group].name, kind: record.kind, sequence: record.sequence,
          sent: record.sent.milliseconds, isRace: isRace, reason: reason, servers: served[record.sequence].servers))
    }
    return report
  }

  private func row(_ records: [LoadRecord], _ group: LabGroup, _ kind: LoadKind?) -> LoadReport.Row {
    var row = LoadReport.Row(group: group.name, instanceCount: group.instanceCount, kind: kind)
    row.requests = records.count
    for verdict in records.map(judge) {
      row.lost += verdict.isLost ? 1 : 0
      row.unanswered += verdict.isLost && verdict.isServed ? 1 : 0
      row.duplicated += verdict.isDuplicated ? 1 : 0
      row.unserved += verdict.isUnserved ? 1 : 0
      row.errors += verdict.isLost || verdict.isWrong || verdict.isUnserved ? 1 : 0
      row.raced += verdict.isRaced ? 1 : 0
    }
    row.longestGap = longestGap(records)
    return row
  }

  /// From the start until no more was sent: what was still to come then came more and more seldom.
  private func longestGap(_ records: [LoadRecord]) -> Int64 {
    let good = records.filter { $0.outcome == .good && $0.ended < duration }.map(\.ended).sorted()
    return zip([.zero] + good, good + [duration]).map { $1 - $0 }.max()?.milliseconds ?? 0
  }

  private struct Verdict {
    var isLost = false
    var isServed = false
    var isDuplicated = false
    var isWrong = false
    var isUnserved = false
    var isRaced = false
    var reason: String?
  }

  private func judge(_ record: LoadRecord) -> Verdict {
    var verdict = Verdict()
    let first = served[record.sequence].begun
    let last = record.repeated.map { served[$0].begun } ?? first
    verdict.isServed = first > 0 || last > 0
    verdict.isDuplicated = first > 1 || last > 1
    if verdict.isDuplicated { verdict.reason = "served \(max(first, last)) times" }
    if record.isRaced, first > 0 {
      // Served, and the answer never came: no race, whatever a second try brought.
      verdict.isLost = true
      verdict.reason = "served, but the connection was closed before the answer"
      return verdict
    }
    if record.isRaced {
      verdict.isRaced = true
      verdict.reason = "raced with the end of a kept connection"
      if record.repeated == nil { return verdict }
    }
    switch record.outcome {
    case .good:
      verdict.isUnserved = last == 0
      if last == 0 { verdict.reason = "answered, but by no instance" }
    case .wrong(let reason):
      verdict.isWrong = true
      verdict.reason = reason
    case .broken(let reason):
      verdict.isLost = true
      verdict.reason = reason
    }
    return verdict
  }
}
