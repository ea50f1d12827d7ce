import ArgumentParser
import Foundation
import Records
import Upgrade
import WebMethods

/// Takes a blue-green upgrade back.
struct BlueGreenRollbackCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback",
    abstract: "Have the old side serve alone again, whether the run has ended, failed or was cut off.",
    discussion: """
      What will be done is shown first. All nodes go back together: where the old side takes changes again, what was copied \
      from it before is worth nothing any more. Old gateways that are quiesced for all, or shut down, are started by your \
      restart command. What users have changed on the new side meanwhile is not copied back.
      """)

  @Argument(
    help: "The run's id, or how it begins. (default: the newest of these runs that has come to a plan)",
    completion: RunCompletion.kind)
  var run: String?

  @Flag(name: .customLong("yes"), help: "Do not ask whether to begin.")
  var isConfirmed = false

  @Option(name: .customLong("log_dir"), help: "The folder of the logs.", completion: .directory)
  var logDir = "logs"

  @Option(
    name: .customLong("config"), help: "The blue-green file, where it is not in the same place any more.",
    completion: .file())
  var config: String?

  @OptionGroup(title: "Progress") var shown: ProgressArguments

  mutating func run() async throws {
    signal(SIGHUP, SIG_IGN)  // a lost terminal ends nothing
    let past = try PastRun(run, in: logDir, command: BlueGreenOrder.command)
    let (order, _) = try past.blueGreenOrder(config: config, forData: false)
    try past.compare(
      try order.basis(), order.plan, named: "the configuration (\(order.file))",
      remedy: "; what the run has done is taken back only by its own plan")
    let isConfirmed = isConfirmed
    let shown = shown
    try await WebhookDesk.with(order.settings, order.passwords, of: past.folder) { desk in
      var order = order
      order.desk = desk
      let continued = try await ContinuedRun(past, order, as: .rollback, shown)
      let helper = BlueGreenRollbackHelper(order.settings, order.rollback)
      try await continued.takeBack(isConfirmed: isConfirmed) { try helper.nodes(toTakeBack: continued.progress) }
    }
  }
}
