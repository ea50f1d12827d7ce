import FoundationEssentials

/// Has the operator's gates pass: runs their commands on the control node, again and again where the gate says so.
///
/// A command is told where it stands in its environment (`ZDU_HOOK`, `ZDU_NODE`, `ZDU_HOST`, `ZDU_GROUPS` one a line,
/// `ZDU_LOAD_BALANCER_SERVER`, `ZDU_WAVE`, `ZDU_WAVES`) and as one JSON object on standard input.
public struct GateKeeper: Sendable {
  private static let place = "control node"
  private let runner: CommandRunner
  private let journal: any Journal
  private let clock: any Clock<Duration>

  /// A keeper whose commands `runner` runs.
  public init(runner: CommandRunner, journal: any Journal, clock: any Clock<Duration>) {
    self.runner = runner
    self.journal = journal
    self.clock = clock
  }

  /// Returns when `gate` has passed; `node` is the one it is about, if any.
  ///
  /// - Throws: `Failure`, of kind `.gate` when the gate only stops the run.
  public func pass(_ gate: Gate, at place: GatePlace, for node: Node?) async throws {
    try await pass(gate, command(gate, place, node), try input(gate, place, node), for: node, by: clock)
  }

  private func pass<C: Clock>(
    _ gate: Gate, _ command: Command, _ input: [UInt8], for node: Node?, by clock: C
  ) async throws where C.Duration == Duration {
    let start = clock.now
    var tries = 0
    while true {
      tries += 1
      guard let failure = try await failure(gate, command, input, for: node) else { return }
      let waited = start.duration(to: clock.now) + .seconds(gate.interval)
      guard waited <= .seconds(gate.retryFor) else { throw refusal(gate, failure, tries) }
      await journal.record(.note(node: node?.name, text: "\(gate.point.rawValue): \(failure.message), tried again"))
      try await clock.sleep(for: .seconds(gate.interval))
    }
  }

  /// Runs the command once.
  private func failure(_ gate: Gate, _ command: Command, _ input: [UInt8], for node: Node?) async throws -> Failure? {
    do {
      let result = try await runner.run(
        command, on: node?.name ?? Self.place, timeout: .seconds(gate.timeout), input: input)
      if node == nil {
        for line in result.lastLines { await journal.record(.note(node: nil, text: "  \(line)")) }
      }
      return result.failure
    } catch let failure as Failure {
      return failure
    }
  }

  private func refusal(_ gate: Gate, _ failure: Failure, _ tries: Int) -> Failure {
    let message = tries > 1 ? "\(failure.message), after \(tries) tries" : failure.message
    return Failure(
      gate.onFailure == .stop ? .gate : .exit, "\(gate.point.rawValue): \(gate.command[0]): \(message)",
      exitCode: failure.exitCode, evidence: failure.evidence, remedy: failure.remedy)
  }

  private func command(_ gate: Gate, _ place: GatePlace, _ node: Node?) -> Command {
    let variables =
      [
        "ZDU_HOOK=\(gate.point.rawValue)", "ZDU_WAVE=\(place.wave)", "ZDU_WAVES=\(place.waves)",
      ]
      + (node.map {
        [
          "ZDU_NODE=\($0.name)", "ZDU_HOST=\($0.host)", "ZDU_GROUPS=\($0.groups.joined(separator: "\n"))",
          "ZDU_LOAD_BALANCER_SERVER=\($0.loadBalancerServer ?? "")",
        ]
      } ?? [])
    return Command(words: (["/usr/bin/env"] + variables + gate.command).map(Command.Word.text))
  }

  private func input(_ gate: Gate, _ place: GatePlace, _ node: Node?) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try Array(encoder.encode(Input(hook: gate.point, node: node, place: place))) + Array("\n".utf8)
  }

  private struct Input: Encodable {
    let hook: Gate.Point
    let node: Node?
    let place: GatePlace
  }
}
