import ArgumentParser
import Lab

/// `zdulab bluegreen`.
struct BlueGreenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bluegreen",
    abstract: "A stage to rehearse blue-green upgrades of webMethods API Gateway.",
    discussion: "Old and new gateways as real processes, a datastore for each side, and a real NGINX before them.",
    subcommands: [
      BlueGreenUpCommand.self, BlueGreenDownCommand.self, BlueGreenStatusCommand.self, BlueGreenNodeCommand.self,
      BlueGreenFaultCommand.self, BlueGreenDemoCommand.self,
    ])
}
