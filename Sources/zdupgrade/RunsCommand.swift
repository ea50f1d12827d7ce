import ArgumentParser
import Foundation
import Records
import Upgrade

/// Lists the runs of a log folder.
struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "List the runs whose journals are in the log folder, the newest first.")

  @Option(name: .customLong("log_dir"), help: "The folder of the logs.", completion: .directory)
  var logDir = "logs"

  @Option(name: .customLong("format"), help: "text, or json for one document.")
  var format = OutputFormat.text

  mutating func run() throws {
    let runs = try RunFolder.all(in: logDir).map(RunOutline.init)
    try format.show(runs) { Self.table(runs) }
    if runs.isEmpty, format == .text { Console.progress(["no run is in \(logDir)"]) }
    for run in runs { if let problem = run.problem { Console.progress(["\(run.id): \(problem)"]) } }
  }

  /// A line a run, in columns.
  static func table(_ runs: [RunOutline]) -> [String] {
    guard !runs.isEmpty else { return [] }
    let rows = runs.map { run in
      let status = run.status.map { "\($0.name) (\($0.code))" } ?? ""
      return [
        run.id.text, UTCText.text(run.began), run.ended.map(UTCText.text) ?? run.state.rawValue, status,
        run.nodes.joined(separator: ", "),
      ]
    }
    return TextColumns.lines([["RUN", "BEGAN", "ENDED", "STATUS", "NODES"]] + rows)
  }
}
