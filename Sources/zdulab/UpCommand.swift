import ArgumentParser
import Axway
import Glibc
import Lab
import Upgrade

/// `zdulab up`.
struct UpCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "up", abstract: "Start a lab. It goes on in the background until `zdulab down`.")

  @OptionGroup var shape: LabShape

  func run() async throws {
    let options = try shape.options()
    let lab = try await orExit { try await Interruptible.run { try await Lab.up(options) } }
    print(LabGuide(lab: lab).text)
  }
}
