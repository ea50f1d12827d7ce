import ArgumentParser

/// The command line of the lab.
struct ZDULab: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "zdulab", abstract: "A stage on this machine to rehearse upgrades of Axway API Gateway with zdupgrade.",
    discussion: "Real SSH servers, a real NGINX and real processes; only the vendor's software is simulated.",
    subcommands: [
      UpCommand.self, DownCommand.self, StatusCommand.self, VersionsCommand.self, FaultCommand.self, FaultsCommand.self,
    ])
}
