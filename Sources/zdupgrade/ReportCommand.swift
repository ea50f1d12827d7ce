import ArgumentParser
import Foundation
import Records
import Report
import Upgrade

/// Writes the report on a run.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write the report on a run as one HTML file, for the change ticket.",
    discussion: """
      It has the result, the table, the phases of each node over time with drain and time out of the load balancer, what \
      the traffic probe saw, warnings, failures, what is not undone, and the commands with what they printed. It is made \
      from the journal alone, also while the run is running; nothing else is loaded by it, and no secret is in it.
      """)

  @Argument(
    help: ArgumentHelp("The run's id or its beginning, as 'runs' lists it. (default: the newest)", valueName: "run"),
    completion: RunCompletion.kind)
  var beginning: String?

  @Option(
    name: .customLong("output"), help: "The file to write; one that is there is replaced. - is standard output.",
    completion: .file())
  var output: String

  @Option(name: .customLong("log_dir"), help: "The folder of the logs.", completion: .directory)
  var logDir = "logs"

  mutating func run() throws {
    let page = ReportPage(try RunStory.read(RunFolder.find(beginning, in: logDir)), now: Date()).text
    guard output != "-" else {
      ProgressOutput.write(page, to: STDOUT_FILENO)
      return
    }
    try PrivateFile.replace(output, with: page)
    Console.progress(["report: \(output)"])
  }
}

extension RunStory {
  /// What the journal in `folder` tells.
  ///
  /// - Throws: `Failure` when it cannot be read.
  static func read(_ folder: RunFolder) throws -> RunStory {
    var story = RunStory()
    _ = try JournalReader(folder.journal).read { story.take($0) }
    return story
  }
}
