import ArgumentParser
import Upgrade
import WebMethods

/// Tells how a gateway feels.
struct GatewayHealthCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health", abstract: "Show how the gateway feels.",
    discussion: """
      Changes nothing. It ends with 0 where the gateway serves (green or yellow), and with 80 where it is red, answers \
      with another status than 200, or not at all; through the quiesce port that means that it is quiesced for all.
      """)

  /// Of what it is asked.
  enum Part: String, ExpressibleByArgument, CaseIterable, Encodable {
    case summary
    case engine
    case all
  }

  @OptionGroup var gateway: GatewayArguments

  @Option(name: .customLong("part"), help: "Of what it is asked: summary, engine or all.")
  var part = Part.summary

  @Option(
    name: .customLong("quiesce_port"),
    help: ArgumentHelp("Ask through this port over plain HTTP instead.", valueName: "NUMBER"))
  var quiescePort: Int?

  mutating func run() async throws {
    if let quiescePort, !(1...65_535).contains(quiescePort) {
      throw Failure(.refused, "--quiesce_port: is \(quiescePort), must be 1 to 65535")
    }
    let target = try gateway.target()
    let (part, quiescePort) = (part, quiescePort)
    let answer = try await gateway.withClient(target) { client in
      let asked: HealthPart = part == .summary ? .summary : part == .engine ? .engine : .all
      return try await (quiescePort.map(client.throughPort) ?? client).health(asked)
    }
    let line = Line(target.node.name, part, answer)
    try gateway.format.show(line) { [line.text] }
    if !answer.isServing { throw ExitCode(Status.fatalError.code) }
  }

  private struct Line: Encodable {
    let node: String
    let part: Part
    let isServing: Bool
    let health: String?
    let httpStatus: Int?
    let problem: String?

    init(_ node: String, _ part: Part, _ answer: HealthAnswer) {
      self.node = node
      self.part = part
      isServing = answer.isServing
      problem = answer.failure?.message
      switch answer {
      case .answered(let health): (self.health, httpStatus) = (health?.rawValue, 200)
      case .refused(let status, _): (health, httpStatus) = (nil, status)
      case .silent: (health, httpStatus) = (nil, nil)
      }
    }

    var text: String {
      PlainText.oneLine(
        "\(node): \(health ?? (isServing ? "answers" : "does not serve"))\(problem.map { ": \($0)" } ?? "")")
    }
  }
}
