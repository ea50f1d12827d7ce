import ArgumentParser
import Foundation
import Records
import Upgrade
import WebMethods

/// Goes on with a blue-green upgrade that was cut off, or has failed.
struct BlueGreenResumeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Go on with a run that was killed, stopped or has failed, to the end of its plan.",
    discussion: """
      The options are those that the run was begun with. What is done is not done again; what a gateway had accepted is \
      waited for; and what was taken back is done anew. When the file, the options or zdupgrade have changed since, so that \
      another plan would follow, it is not gone on with unless --replan is given.
      """)

  @Argument(
    help: "The run's id, or how it begins. (default: the newest of these runs that has come to a plan)",
    completion: RunCompletion.kind)
  var run: String?

  @Option(name: .customLong("log_dir"), help: "The folder of the logs.", completion: .directory)
  var logDir = "logs"

  @Option(
    name: .customLong("config"), help: "The blue-green file, where it is not in the same place any more.",
    completion: .file())
  var config: String?

  @Flag(name: .customLong("replan"), help: "Go on by the plan that follows from what the file and zdupgrade are now.")
  var isReplanned = false

  @Flag(
    name: .customLong("yes"), help: "Do not wait for a word before QUIESCE ALL, nor ask whether a new plan is wanted.")
  var isConfirmed = false

  @Argument(
    parsing: .postTerminator,
    help: ArgumentHelp(
      "With --replan: options of 'bluegreen run', behind '--', that hold from now on over those of before.",
      valueName: "option"), completion: .list([]))
  var options: [String] = []

  @OptionGroup(title: "Progress") var shown: ProgressArguments

  mutating func run() async throws {
    signal(SIGHUP, SIG_IGN)  // a lost terminal ends nothing
    let past = try PastRun(run, in: logDir, command: BlueGreenOrder.command)
    guard past.status != .success || isReplanned else { return try await past.tellSuccess() }
    let (order, command) = try past.blueGreenOrder(config: config, more: isReplanned ? options : nil)
    let plan = order.plan
    let basis = try order.basis()
    if !isReplanned {
      try past.compare(
        basis, plan, named: "the configuration (\(order.file))",
        remedy: ", or see what a new plan would be with 'zdupgrade bluegreen resume --replan \(past.folder.id)'")
    }
    let replan = isReplanned ? Replan(past: past, isConfirmed: isConfirmed) { _ in (plan, basis) } : nil
    let shown = shown
    let isConsentGiven = isConfirmed || command.isConsentGiven
    try await WebhookDesk.with(order.settings, order.passwords, of: past.folder) { desk in
      var order = order
      order.desk = desk
      let continued = try await ContinuedRun(past, order, as: .resume, shown, isConsentGiven: isConsentGiven)
      desk.note(in: continued.run.assembly.journal)
      try await continued.perform(by: replan) { plan, progress in
        try desk.keep(in: past.folder)
        return await continued.run.conduct(plan, resuming: progress, longestNode: continued.longestNode)
      }
    }
  }

  mutating func validate() throws {
    guard isReplanned || options.isEmpty else {
      throw ValidationError("options behind '--' are given with --replan only")
    }
  }
}
