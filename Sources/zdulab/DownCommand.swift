import ArgumentParser
import Lab
import Upgrade

/// `zdulab down`.
struct DownCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "down", abstract: "End a lab's processes and remove its folder.")

  @Argument(help: "The lab's folder.")
  var directory: String?

  @Flag(name: .customLong("all"), help: "All labs of this user.")
  var isAll = false

  func validate() throws {
    if isAll == (directory != nil) { throw ValidationError("Give the lab's folder, or --all.") }
  }

  func run() async throws {
    try await orExit {
      let directories = if let directory { [directory] } else { Lab.all() }
      for directory in directories {
        try await Lab.down(in: directory)
        print("\(directory): ended and removed")
      }
      if directories.isEmpty { print("no lab is there") }
    }
  }
}
