import ArgumentParser
import Axway
import Foundation
import Records
import Upgrade

/// Takes the nodes of a run back.
struct RollbackCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback",
    abstract: "Take the nodes of a run back to the old version, whether it has ended, failed or was cut off.",
    discussion: """
      What will be done is shown first. Only nodes that the run has taken in hand are taken back, the last one first. \
      A command of the upgrade that still runs on a node is ended before. A rollback that is cut off goes on with 'resume'.
      """)

  @Argument(
    help: "The run's id, or how it begins. (default: the newest run that has come to a plan)",
    completion: RunCompletion.kind)
  var run: String?

  @Option(name: .customLong("only"), help: "Take back this node alone; may be repeated.")
  var only: [String] = []

  @Option(name: .customLong("from"), help: "Take back this node and those that were upgraded after it.")
  var from: String?

  @Flag(name: .customLong("yes"), help: "Do not ask whether to begin.")
  var isConfirmed = false

  @Option(name: .customLong("log_dir"), help: "The folder of the logs.", completion: .directory)
  var logDir = "logs"

  @Option(
    name: .customLong("config"), help: "The topology file, where it is not in the same place any more.",
    completion: .file())
  var config: String?

  @OptionGroup(title: "Progress") var shown: ProgressArguments
  @OptionGroup(title: "Secrets") var secrets: SecretArguments

  mutating func run() async throws {
    signal(SIGHUP, SIG_IGN)  // a lost terminal ends nothing
    let past = try PastRun(run, in: logDir)
    var order = try past.order(.rollback, config: config, secrets: secrets)
    order.window = nil  // the way back is open at any time
    try past.compare(order, remedy: "; what the run has done is taken back only by its own plan")
    let continued = try await ContinuedRun(past, order, as: .rollback, shown)
    let choice = RollbackChoice(only: only, from: from)
    try await continued.takeBack(isConfirmed: isConfirmed) { try choice.nodes(of: past.plan, continued.progress) }
  }
}
