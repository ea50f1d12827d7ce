import ArgumentParser
import Lab

/// `zdulab bluegreen down`.
struct BlueGreenDownCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "down", abstract: "End a stage's processes and remove its folder.")

  @Argument(help: "The stage's folder.")
  var directory: String

  func run() async throws {
    try await orExit {
      let lab = try BlueGreenLab.open(directory)
      await lab.down()
      print("\(lab.directory): ended and removed")
    }
  }
}
