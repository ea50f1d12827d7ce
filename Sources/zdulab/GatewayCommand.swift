import ArgumentParser
import Glibc
import Lab
import Upgrade

/// `zdulab gateway`.
struct GatewayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gateway",
    abstract: "Be one simulated webMethods API Gateway, until it is shut down.",
    discussion: """
      Serves the REST API that an upgrade needs below /rest/apigateway and /invoke, and APIs below /gateway. Ends with 0 \
      behind a shutdown without a bounce; comes back behind one with it.
      """)

  @Option(name: .customLong("address"), help: "The address of all its ports.")
  var address: String

  @Option(name: .customLong("port"), help: "The port of the administration and of the APIs.")
  var port: Int

  @Option(name: .customLong("gateway_version"), help: "Its version.")
  var version: GatewayVersion

  @Option(name: .customLong("datastore"), help: "The folder of its datastore; gateways of a cluster share one.")
  var datastore: String

  @Option(name: .customLong("name"), help: "Its name.")
  var name: String

  @Option(
    name: .customLong("home"), help: "The folder for its own files; default: one in the datastore's.",
    completion: .directory)
  var home: String?

  @Option(name: .customLong("path_repo"), help: "Where backups go; without it there can be none.")
  var pathRepo: String?

  @Option(name: .customLong("user"), help: "The administrator's name.")
  var user = "Administrator"

  @Option(
    name: .customLong("password_file"), help: "The file with the administrator's password in its first line.",
    completion: .file())
  var passwordFile: String

  @Option(name: .customLong("tenant"), help: "The tenant, part of the names of its indices.")
  var tenant = "default"

  @Option(name: .customLong("faults"), help: "The folder with the faults that 'zdulab bluegreen fault' sets.")
  var faults: String?

  @Option(
    name: .customLong("remote_whitelist"),
    help: "HOST:PORT of a datastore that may be the source of a reindex; repeatable; default: all.")
  var remoteWhitelist: [String] = []

  @Option(name: .customLong("bounce_delay"), help: "How many milliseconds it is away in a bounce.")
  var bounceDelay = 300

  @Flag(name: .customLong("detached"), help: .hidden)
  var isDetached = false

  @Option(name: .customLong("launcher"), help: .hidden)
  var launcher: Int32?

  @Flag(name: .customLong("quiesced"), help: .hidden)
  var isQuiesced = false

  func validate() throws {
    guard (1...65_535).contains(port) else { throw ValidationError("--port must be 1 to 65535.") }
    guard (0...600_000).contains(bounceDelay) else { throw ValidationError("--bounce_delay must be 0 to 600000.") }
  }

  func run() async throws {
    if let launcher {
      throw ExitCode(await APIGateway(options).serve(isQuiesced: isQuiesced, launcher: launcher))
    }
    let report = LaunchReport(isDetached: isDetached)
    let arguments = CommandLine.arguments.dropFirst().filter { $0 != "--detached" }
    let launcher = APIGatewayLauncher(options, program: try RunningProgram.path(), arguments: arguments)
    throw ExitCode(await launcher.run { report.give($0) })
  }

  private var options: APIGatewayOptions {
    var options = APIGatewayOptions(
      name: name, address: address, port: port, version: version, datastore: datastore, home: home,
      passwordFile: passwordFile)
    options.pathRepo = pathRepo
    options.username = user
    options.tenant = tenant
    options.faults = faults
    options.remoteWhitelist = remoteWhitelist.isEmpty ? nil : remoteWhitelist
    options.bounceDelay = bounceDelay
    return options
  }
}

extension GatewayVersion: ExpressibleByArgument {}
