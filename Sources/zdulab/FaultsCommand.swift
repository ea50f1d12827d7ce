import ArgumentParser
import Lab

/// `zdulab faults`.
struct FaultsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "faults", abstract: "Show the faults that are set in a lab, or clear them.")

  @Argument(help: "The lab's folder.")
  var directory: String

  @Flag(name: .customLong("clear"), help: "Forget them all.")
  var isClearing = false

  func run() async throws {
    try await orExit {
      let lab = try Lab.open(directory)
      if isClearing { lab.clearFaults() }
      for fault in lab.faults {
        let words = [fault.node, fault.step.rawValue, fault.kind.rawValue, fault.argument]
        print(words.filter { !$0.isEmpty }.joined(separator: ":"))
      }
    }
  }
}
