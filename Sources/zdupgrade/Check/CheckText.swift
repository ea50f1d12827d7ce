import Axway
import Upgrade

/// A report on checks as text: what holds in a table, and then what does not, with what to do about it.
struct CheckText {
  private let report: CheckReport
  private let isFolded: Bool

  /// The text of `report`; where it `isFolded`, the nodes for which a check holds share a row.
  init(_ report: CheckReport, isFolded: Bool) {
    self.report = report
    self.isFolded = isFolded
  }

  /// The lines; the last one has the counts.
  var lines: [String] {
    TextColumns.lines([["CHECK", "RESULT", "NODE", "SEEN"]] + rows)
      + section("Warnings", .warn) + section("Failed", .fail) + ["", end]
  }

  private var quiet: [Check] { report.checks.filter { $0.result == .pass || $0.result == .skipped } }

  /// A row for the nodes on which the same was seen; of a large fleet, for those on which it came to the same.
  private var rows: [[String]] {
    let places = Dictionary(uniqueKeysWithValues: zip(CheckID.allCases, CheckID.allCases.indices))
    let same = folds(quiet) {
      ($0.check, $0.result) == ($1.check, $1.result) && (isFolded || $0.evidence == $1.evidence)
    }
    return same.sorted { (places[$0[0].check] ?? 0) < (places[$1[0].check] ?? 0) }.map { checks in
      let isOne = Set(checks.map(\.evidence)).count == 1
      return [
        checks[0].check.rawValue, checks[0].result.rawValue, Self.nodes(checks),
        isOne ? checks[0].evidence : "for example: \(checks[0].evidence)",
      ]
    }
  }

  /// The column must not be wider than a terminal.
  private static func nodes(_ checks: [Check]) -> String {
    checks.count > 4 ? "\(checks.count) nodes" : checks.map(\.node).joined(separator: ", ")
  }

  /// What is the same on several nodes is told once.
  private func section(_ title: String, _ result: Check.Result) -> [String] {
    let found = folds(report.checks.filter { $0.result == result }) {
      ($0.check, $0.evidence, $0.remedy) == ($1.check, $1.evidence, $1.remedy)
    }
    guard !found.isEmpty else { return [] }
    return ["", "\(title):"]
      + found.flatMap { same in
        ["  \(same.map(\.node).listed): \(same[0].check.rawValue): \(same[0].evidence)"]
          + [same[0].remedy].compactMap { $0 }.map { "    -> \($0)" }
      }.map(PlainText.oneLine)
  }

  private func folds(_ checks: [Check], _ areSame: (Check, Check) -> Bool) -> [[Check]] {
    var folds: [[Check]] = []
    for check in checks {
      if let index = folds.firstIndex(where: { areSame($0[0], check) }) {
        folds[index].append(check)
      } else {
        folds.append([check])
      }
    }
    return folds
  }

  private var end: String {
    let counts = report.counts
    let words = [
      "\(counts.pass) passed", Self.count(counts.warn, "warning"), "\(counts.fail) failed", "\(counts.skipped) skipped",
    ]
    return "\(words.joined(separator: ", ")): the upgrade \(report.mayStart ? "may start" : "may not start")"
  }

  private static func count(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }
}
