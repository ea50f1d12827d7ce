import ArgumentParser
import Lab

/// `zdulab bluegreen node`.
struct BlueGreenNodeCommand: AsyncParsableCommand {
  /// What is done with it.
  enum Act: String, ExpressibleByArgument, CaseIterable {
    case start, stop, kill, restart, fix
  }

  static let configuration = CommandConfiguration(
    commandName: "node", abstract: "Do what an operator does at a gateway's machine.",
    discussion: """
      start, stop (requests in flight are finished), restart, kill (as a machine that is lost), and fix (with \
      --level; the gateway must be stopped).
      """)

  @Argument(help: "The stage's folder.")
  var directory: String

  @Argument(help: "The gateway's name.")
  var name: String

  @Argument(help: "What is done.")
  var act: Act

  @Option(name: .customLong("level"), help: "The name of the fix.")
  var level = "Fix 1"

  func run() async throws {
    try await orExit {
      let lab = try BlueGreenLab.open(directory)
      switch act {
      case .start: try await lab.start(name)
      case .stop: try await lab.stop(name)
      case .kill: try await lab.kill(name)
      case .restart:
        try await lab.stop(name)
        try await lab.start(name)
      case .fix: try lab.applyFix(level, to: name)
      }
    }
  }
}
