import Axway
import Upgrade

/// What a demo has shown, as text.
struct DemoReport: Sendable {
  let exitCode: Int32
  /// How the run ended by its journal; nil where there is none.
  let ended: Status?
  let account: DemoAccount
  let traffic: [(LabGroup, TrafficReport)]
  let probes: [(LabGroup, TrafficReport)]

  /// How many failed requests are shown one by one.
  private static let shownFailures = 10

  /// The requests that failed, without the probes'.
  var failed: Int { traffic.map(\.1.failed).reduce(0, +) }

  /// The demo's own exit code: that of `zdupgrade`, or 1 where requests failed, or something is not as it must be.
  var demoExitCode: Int32 { failed > 0 || !account.complaints.isEmpty ? 1 : exitCode }

  /// The report.
  var text: String {
    let total = traffic.map(\.1.total).reduce(0, +)
    let lines =
      ["zdupgrade ended with \(status)", "", account.text, ""] + traffic.flatMap(Self.lines)
      + ["\(total) requests, \(failed) failed"] + traffic.flatMap(failures) + probes.map(Self.line)
      + account.complaints.map { "NOT AS IT MUST BE: \($0)" }
    return lines.joined(separator: "\n")
  }

  /// The exit code with its name.
  private var status: String {
    if let ended, ended.code == exitCode { return "Status.\(ended.name) (\(exitCode))" }
    let known = [.success] + Phase.axway.map(\.failure) + [.rollbackFailed, .fatalError]
    return known.first { $0.code == exitCode }.map { "Status.\($0.name) (\($0.code))" } ?? "\(exitCode)"
  }

  private static func lines(_ group: LabGroup, _ report: TrafficReport) -> [String] {
    let answers = report.answers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    return [
      "\(group.name): \(answers.joined(separator: ", ")); longest time without an answer \(milliseconds(report.longestGap)) ms"
    ]
  }

  private func failures(_ group: LabGroup, _ report: TrafficReport) -> [String] {
    report.failures.prefix(Self.shownFailures).map { failure in
      "  \(group.name): failed after \(Self.milliseconds(failure.sent)) ms: \(failure.reason)"
    }
  }

  private static func line(_ group: LabGroup, _ report: TrafficReport) -> String {
    guard let interruption = report.interruption else {
      return "\(group.name) has one instance: it answered all \(report.total) requests of the probe"
    }
    return "\(group.name) has one instance: it did not answer for \(milliseconds(interruption)) ms"
  }

  private static func milliseconds(_ duration: Duration) -> Int64 {
    duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
  }
}
