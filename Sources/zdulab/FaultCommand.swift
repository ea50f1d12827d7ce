import ArgumentParser
import Lab

/// `zdulab fault`.
struct FaultCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fault", abstract: "Make something go wrong in a lab from now on.",
    discussion: """
      Steps: \(Fault.Step.allCases.map(\.rawValue).joined(separator: ", ")).
      Kinds: \(Fault.Kind.allCases.map(\.rawValue).joined(separator: ", ")); fail[:CODE][:TEXT], slow:SECONDS, crash[:SECONDS], \
      drop[:continue], refuse[:CODE], warn[:TEXT], chatter[:KIB].
      """)

  @Argument(help: "The lab's folder.")
  var directory: String

  @Argument(help: ArgumentHelp("What goes wrong.", valueName: "NODE:STEP[:KIND[:ARGUMENT]]"))
  var faults: [String]

  func run() async throws {
    try await orExit {
      let lab = try Lab.open(directory)
      for fault in faults { try lab.setFault(fault) }
    }
  }
}
