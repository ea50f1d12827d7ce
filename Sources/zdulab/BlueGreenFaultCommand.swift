import ArgumentParser
import Lab

/// `zdulab bluegreen fault`.
struct BlueGreenFaultCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fault", abstract: "Make something go wrong in a stage from now on, or no longer.",
    discussion: """
      Steps: \(GatewayFault.Step.allCases.map(\.rawValue).joined(separator: ", ")).
      Kinds: \(GatewayFault.Kind.allCases.map(\.rawValue).joined(separator: ", ")); fail[:REASON] (an action ends with a \
      failure; start: the gateway does not come back; shutdown: nothing happens), error[:METHOD] (a call is answered 500), slow[:SECONDS], hang, \
      die, red and yellow (health), drop (delivery). Without a fault, those that are set are shown.
      """)

  @Argument(help: "The stage's folder.")
  var directory: String

  @Argument(help: ArgumentHelp("What goes wrong.", valueName: "NAME:STEP[:KIND[:ARGUMENT]]"))
  var faults: [String] = []

  @Flag(name: .customLong("clear"), help: "Forget those that were set before.")
  var isClearing = false

  func run() async throws {
    try await orExit {
      let lab = try BlueGreenLab.open(directory)
      if isClearing { lab.clearFaults() }
      for fault in faults { try lab.setFault(fault) }
      if faults.isEmpty { for fault in lab.faults { print(fault.text) } }
    }
  }
}
