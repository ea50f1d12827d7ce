import ArgumentParser
import Glibc
import Lab
import Release

/// The command line of the lab.
@main
struct ZDULab: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "zdulab",
    abstract: "A stage on this machine to rehearse upgrades of Axway API Gateway with zdupgrade.",
    discussion:
      "Real SSH servers, a real NGINX or HAProxy and real processes; only the vendor's software is simulated.",
    version: "zdulab \(Release.name)",
    subcommands: [
      UpCommand.self, DownCommand.self, StatusCommand.self, VersionsCommand.self, FaultCommand.self, FaultsCommand.self,
      SeedCommand.self, TrafficCommand.self, DemoCommand.self, RehearseCommand.self, LoadTestCommand.self,
      CrashTestCommand.self,
      TopologyCommand.self,
      BenchCommand.self, GatewayCommand.self, DatastoreCommand.self, BlueGreenCommand.self,
      ComposeCommand.self, MachineCommand.self,
    ])

  /// The simulated programs are called often and must answer fast: they come before anything else.
  static func main() async {
    let arguments = Array(CommandLine.arguments.dropFirst())
    // What an installation of the lab's Axway calls begins with a tool's name; else it is the command of this name.
    if arguments.first == "gateway", arguments.dropFirst().first.map(GatewayTool.names.contains) == true {
      Glibc.exit(await GatewayTool.run(Array(arguments.dropFirst())))
    }
    await main(arguments)
  }
}
