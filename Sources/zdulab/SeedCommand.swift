import ArgumentParser
import Lab
import Upgrade

/// `zdulab seed`.
struct SeedCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "seed", abstract: "Spoil a node of a lab, so that 'zdupgrade check' has something to find.",
    discussion: "Problems:\n"
      + SeededProblem.allCases.map { "  \($0.rawValue): \($0.summary)" }.joined(separator: "\n"))

  @Argument(help: "The lab's folder.")
  var directory: String

  @Argument(help: "What is wrong then.")
  var problem: SeededProblem

  @Argument(help: "The node. (default: the first one)")
  var node: String?

  @Flag(name: .customLong("undo"), help: "Have it as it was before.")
  var isUndone = false

  func run() async throws {
    try await orExit {
      let lab = try Lab.open(directory)
      let seed = try LabSeed(lab, node: node ?? lab.description.nodes.first?.name ?? "")
      if isUndone { return try await seed.remove(problem) }
      if let obstacle = await LabSeed.obstacle(problem, in: lab.directory) {
        throw Failure(.refused, "\(problem.rawValue) cannot be made here: \(obstacle)")
      }
      try await seed.seed(problem)
    }
  }
}

extension SeededProblem: ExpressibleByArgument {}
