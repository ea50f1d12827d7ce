import ArgumentParser
import Axway
import Foundation
import Upgrade

/// Makes a topology file from the operator's answers.
struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Ask a few questions, and write the topology file.",
    discussion: """
      Each answer is checked at once, and asked for again where it is wrong. The file is shown before it is written. \
      Answers may also come from a pipe or a file, one a line; where they end too early, nothing is written. Connects to \
      nothing; 'discover' asks the domain itself.
      """)

  @OptionGroup var output: OutputArguments

  mutating func run() throws {
    let file = output.file("topology.json")
    try output.check(file)
    let interview = Interview.standard
    let result = try TopologyInterview(interview: interview).result()
    let folder = file.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path }
    _ = try result.draft.topology(
      file: file ?? "the answers", folder: folder ?? FileManager.default.currentDirectoryPath)
    interview.tell("", result.draft.text)
    guard try interview.isYes("Write that to \(file ?? "standard output")?", standard: true) else {
      throw Failure(.cancelled, "nothing was written")
    }
    try output.write(result.draft.text, to: file)
    let options = [
      "--config", file ?? "topology.json", "--old_install_dir", result.oldInstallDir, "--new_install_dir",
      result.newInstallDir,
    ].map(ShellQuoting.quote).joined(separator: " ")
    Console.progress([
      "next:", "  zdupgrade check \(options) --cass_host HOST", "  zdupgrade plan \(options) --cass_host HOST",
      "with the address of Cassandra for HOST, or --no_cassandra for --cass_host HOST",
    ])
  }
}
