import ArgumentParser
import Lab

/// `zdulab datastore`.
struct DatastoreCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "datastore",
    abstract: "Give the datastore of simulated gateways to others over HTTP, as the source of a reindex.")

  @Option(name: .customLong("address"), help: "The address to listen on.")
  var address: String

  @Option(name: .customLong("port"), help: "The port to listen on.")
  var port: Int

  @Option(name: .customLong("folder"), help: "The datastore's folder.")
  var folder: String

  @Option(name: .customLong("user"), help: "Who may read; default: anybody.")
  var user: String?

  @Option(
    name: .customLong("password_file"), help: "The file with the user's password in its first line.",
    completion: .file())
  var passwordFile: String?

  @Flag(name: .customLong("detached"), help: .hidden)
  var isDetached = false

  func run() async throws {
    let report = LaunchReport(isDetached: isDetached)
    let server = try await orExit {
      try DatastoreServer(
        folder: folder, address: address, port: port, username: user, passwordFile: passwordFile)
    }
    throw ExitCode(await server.run { report.give($0) })
  }
}
