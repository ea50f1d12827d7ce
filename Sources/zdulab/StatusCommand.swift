import ArgumentParser
import Lab

/// `zdulab status`.
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show which processes of a lab run and how far its nodes are.")

  @Argument(help: "The lab's folder.")
  var directory: String

  @Flag(name: .customLong("acts"), help: "Show also how often each step was run and each process started and stopped.")
  var isShowingActs = false

  func run() async throws {
    try await orExit {
      let status = LabStatus(of: try Lab.open(directory))
      print(status.table)
      if isShowingActs { print("\n\(status.actsTable)") }
    }
  }
}
