import ArgumentParser
import Lab

/// `zdulab bluegreen up`.
struct BlueGreenUpCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "up", abstract: "Start a stage. It goes on in the background until `zdulab bluegreen down`.")

  @Option(name: .customLong("old"), help: "How many old gateways, 1 to 20.")
  var old = 2

  @Option(name: .customLong("new"), help: "How many new gateways, 0 to 20.")
  var new = 2

  @Option(name: .customLong("old_version"), help: "The version of the old gateways.")
  var oldVersion = GatewayVersion.v10_15

  @Option(name: .customLong("new_version"), help: "The version of the new gateways.")
  var newVersion = GatewayVersion.v11_0

  @Option(name: .customLong("documents"), help: "How many documents the old datastore has.")
  var documents = 300

  @Flag(name: .customLong("shared"), help: "The new gateways have the old ones' datastore, as for a fix.")
  var isShared = false

  @Flag(name: .customLong("new_later"), help: "The new gateways are not started.")
  var isNewLater = false

  @Option(
    name: .customLong("dir"), help: "The stage's folder, empty or not there yet; default: a new temporary one.",
    completion: .directory)
  var directory: String?

  @Option(
    name: .customLong("fault"),
    help: ArgumentHelp("Something that goes wrong; repeatable.", valueName: "NAME:STEP[:KIND[:ARGUMENT]]"))
  var faults: [String] = []

  func validate() throws {
    guard (1...20).contains(old), (0...20).contains(new) else { throw ValidationError("--old or --new is wrong.") }
    guard (0...1_000_000).contains(documents) else { throw ValidationError("--documents must be 0 to 1000000.") }
  }

  func run() async throws {
    var options = BlueGreenOptions(program: try RunningProgram.path())
    (options.oldCount, options.newCount) = (old, new)
    (options.oldVersion, options.newVersion) = (oldVersion, newVersion)
    options.documents = documents
    options.isSharingDatastore = isShared
    options.isStartingNew = !isNewLater
    options.directory = directory
    options.faults = faults
    let chosen = options
    let lab = try await orExit { try await Interruptible.run { try await BlueGreenLab.up(chosen) } }
    print(BlueGreenGuide(lab: lab).text)
  }
}
