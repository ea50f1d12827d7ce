import ArgumentParser
import Lab

/// `zdulab status`.
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show which processes of a lab run and how far its nodes are.")

  @Argument(help: "The lab's folder.")
  var directory: String

  func run() async throws {
    try await orExit { print(LabStatus(of: try Lab.open(directory)).table) }
  }
}
