import ArgumentParser
import Axway
import Foundation
import Records
import Upgrade

/// Goes on with a run that was cut off, or has failed.
struct ResumeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Go on with a run that was killed, stopped or has failed, to the end of its plan.",
    discussion: """
      The options are those that the run was begun with. The nodes are asked how far they are, and are believed. What is \
      done is not done again, a command that still runs on a node is followed again, and nodes that were being taken \
      back are taken back to the end, whereupon the run ends; resumed once more, it upgrades them.
      """)

  @Argument(help: "The run's id, or how it begins. (default: the newest run that has come to a plan)")
  var run: String?

  @Option(name: .customLong("log_dir"), help: "The folder of the logs.")
  var logDir = "logs"

  @Option(name: .customLong("config"), help: "The topology file, where it is not in the same place any more.")
  var config: String?

  @OptionGroup(title: "Change window, in place of the run's own") var window: WindowArguments
  @OptionGroup(title: "Secrets") var secrets: SecretArguments

  mutating func run() async throws {
    signal(SIGHUP, SIG_IGN)  // a lost terminal ends nothing
    let past = try PastRun(run, in: logDir)
    let order = try past.order(.resume, config: config, secrets: secrets, window: window)
    try past.compare(order)
    let continued = try await ContinuedRun(past, order, as: .resume)
    guard continued.progress.status != .success else {
      Console.progress(["run \(past.folder.id) has ended in success: nothing is left to do"])
      return await continued.run.assembly.close()
    }
    try await continued.perform { progress in await continued.run.conduct(past.plan, resuming: progress) }
  }
}
