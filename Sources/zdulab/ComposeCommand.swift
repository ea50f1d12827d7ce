import ArgumentParser
import Lab

/// `zdulab compose`.
struct ComposeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compose",
    abstract: "Write what config/containers/compose.yaml needs: keys, secrets, the topology file; and say what to run.")

  @Argument(help: "The folder for it, empty or not there yet.")
  var directory: String

  @Option(name: .customLong("balancer"), help: "The load balancer before the groups.")
  var balancer = LabBalancer.nginx

  func run() async throws {
    let compose = try await orExit {
      var options = LabOptions(program: try RunningProgram.path())
      options.directory = directory
      options.balancer = balancer
      return try await ContainerCompose.write(options)
    }
    print(compose.text)
  }
}
