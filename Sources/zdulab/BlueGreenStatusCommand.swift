import ArgumentParser
import Lab

/// `zdulab bluegreen status`.
struct BlueGreenStatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show a stage: which gateways run, what is in the datastores, which faults are set.")

  @Argument(help: "The stage's folder.")
  var directory: String

  func run() async throws {
    try await orExit {
      let lab = try BlueGreenLab.open(directory)
      print(try BlueGreenGuide(lab: lab).table)
      print(try await lab.account().text)
      for fault in lab.faults { print("fault: \(fault.text)") }
    }
  }
}
