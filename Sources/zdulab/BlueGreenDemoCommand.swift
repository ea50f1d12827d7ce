import ArgumentParser
import Lab

/// `zdulab bluegreen demo`.
struct BlueGreenDemoCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Show a blue-green upgrade under traffic: stage up, zdupgrade, what was seen, stage down.",
    discussion: """
      Exits with zdupgrade's own code; with 1 when a request failed, a document is missing behind an upgrade that ended \
      well, or the gateways did not count each request once.
      """)

  @Option(
    name: .customLong("zdupgrade"), help: "The zdupgrade program; default: the one beside this program, or in PATH.",
    completion: .file())
  var zdupgrade: String?

  @Option(
    name: .customLong("fail"),
    help: ArgumentHelp(
      "Something that goes wrong, as for 'zdulab bluegreen fault'; repeatable.",
      valueName: "NAME:STEP[:KIND[:ARGUMENT]]"))
  var failures: [String] = []

  @Option(name: .customLong("profile"), help: "The procedure: major, minor-cluster or minor-standalone.")
  var profile = BlueGreenProfile.major

  @Option(name: .customLong("old_version"), help: "The version of the old gateways.")
  var oldVersion = GatewayVersion.v10_15

  @Option(name: .customLong("new_version"), help: "The version of the new gateways; with major only.")
  var newVersion = GatewayVersion.v11_0

  @Option(name: .customLong("documents"), help: "How many documents the old datastore has.")
  var documents = 50_000

  @Option(name: .customLong("rate"), help: "Requests a second.")
  var rate = 100

  @Option(
    name: .customLong("dir"), help: "The stage's folder, empty or not there yet; default: a new temporary one.",
    completion: .directory)
  var directory: String?

  @Flag(name: .customLong("keep"), help: "Keep the logs of zdupgrade.")
  var isKeeping = false

  @Argument(parsing: .postTerminator, help: "More arguments for zdupgrade, behind --.", completion: .list([]))
  var arguments: [String] = []

  func validate() throws {
    guard (1...5000).contains(rate) else { throw ValidationError("--rate must be 1 to 5000.") }
    guard (0...1_000_000).contains(documents) else { throw ValidationError("--documents must be 0 to 1000000.") }
  }

  func run() async throws {
    let code = try await orExit {
      var stage = BlueGreenOptions(program: try RunningProgram.path())
      (stage.oldVersion, stage.newVersion) = (oldVersion, newVersion)
      (stage.documents, stage.directory, stage.faults) = (documents, directory, failures)
      stage.take(profile)
      var options = DemoOptions(.blueGreen(stage), zdupgrade: try RunningProgram.zdupgrade(zdupgrade))
      (options.arguments, options.rate, options.isKeepingLogs) = (arguments, rate, isKeeping)
      let demo = Demo(options) { printAtOnce($0) }
      return try await Orphans.minding { try await Interruptible.run { try await demo.run() } }
    }
    throw ExitCode(code)
  }
}

extension BlueGreenProfile: ExpressibleByArgument {}
