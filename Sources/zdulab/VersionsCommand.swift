import ArgumentParser
import Lab

/// `zdulab versions`.
struct VersionsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "versions", abstract: "Ask every instance of a lab which version it is.")

  @Argument(help: "The lab's folder.")
  var directory: String

  func run() async throws {
    try await orExit { print(await LabVersions.read(try Lab.open(directory)).table) }
  }
}
