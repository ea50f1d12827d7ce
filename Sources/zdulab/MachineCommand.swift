import ArgumentParser
import Lab

/// `zdulab machine`.
struct MachineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "machine",
    abstract: "Be a node, or the load balancer, of a lab in containers: what runs first in each.",
    shouldDisplay: false)

  @Argument(help: "The node's name, or 'balancer'.")
  var name: String

  func run() async throws { try await orExit { try await Machine(name).run() } }
}
