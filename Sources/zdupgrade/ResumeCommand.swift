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

      When the topology, the options or zdupgrade itself have changed since, so that another plan would follow, the run is \
      not gone on with unless --replan is given: then what changes is shown and asked for, steps that are done stay done, \
      and what is left is done by the new plan. It is refused where something that was begun would get lost.
      """)

  @Argument(
    help: "The run's id, or how it begins. (default: the newest run that has come to a plan)",
    completion: RunCompletion.kind)
  var run: String?

  @Option(name: .customLong("log_dir"), help: "The folder of the logs.", completion: .directory)
  var logDir = "logs"

  @Option(
    name: .customLong("config"), help: "The topology file, where it is not in the same place any more.",
    completion: .file())
  var config: String?

  @Flag(
    name: .customLong("replan"),
    help: "Go on by the plan that follows from what the topology file, the options and zdupgrade are now.")
  var isReplanned = false

  @Flag(name: .customLong("yes"), help: "Do not ask whether the new plan is wanted.")
  var isConfirmed = false

  @Argument(
    parsing: .postTerminator,
    help: ArgumentHelp(
      "With --replan: options of 'run', behind '--', that hold from now on over those that the run was begun with.",
      discussion: "Paths in them are meant from the folder that the run was begun in.", valueName: "option"),
    completion: .list([]))
  var options: [String] = []

  @OptionGroup(title: "Change window, in place of the run's own") var window: WindowArguments
  @OptionGroup(title: "Progress") var shown: ProgressArguments
  @OptionGroup(title: "Secrets") var secrets: SecretArguments

  mutating func run() async throws {
    signal(SIGHUP, SIG_IGN)  // a lost terminal ends nothing
    let past = try PastRun(run, in: logDir)
    guard past.status != .success || isReplanned else { return try await past.tellSuccess() }
    let order = try past.order(
      .resume, config: config, secrets: secrets, window: window, more: isReplanned ? options : nil)
    if !isReplanned {
      try past.compare(
        order, remedy: ", or see what a new plan would be with 'zdupgrade resume --replan \(past.folder.id)'")
    }
    let replan =
      isReplanned
      ? Replan(past: past, isConfirmed: isConfirmed) { try await order.plan(behind: past, by: $0) } : nil
    let continued = try await ContinuedRun(past, order, as: .resume, shown)
    try await continued.perform(by: replan) { plan, progress in
      await continued.run.conduct(plan, resuming: progress, longestNode: continued.longestNode)
    }
  }

  mutating func validate() throws {
    guard isReplanned || (options.isEmpty && !isConfirmed) else {
      throw ValidationError("--yes, and options behind '--', are given with --replan only")
    }
  }
}
