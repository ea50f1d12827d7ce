import ArgumentParser
import Upgrade
import WebMethods

/// Quiesces an old gateway, ends that, and tells of it.
struct GatewayQuiesceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quiesce", abstract: "Have an old gateway refuse changes or everything, and no more; show which.",
    subcommands: [Enable.self, Disable.self, Show.self])

  /// Quiesces.
  struct Enable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "enable", abstract: "Have the gateway refuse design-time changes, or everything.",
      discussion: """
        'all' cannot be taken back but by a restart of the gateway, so it asks first, or needs --yes. It needs a quiesce \
        port; it is over once 'health --quiesce_port NUMBER' is answered with anything but 200, or not at all.
        """)

    @OptionGroup var gateway: GatewayArguments
    @OptionGroup var confirmation: Confirmation
    @OptionGroup var wait: GatewayWait

    @Option(name: .customLong("block"), help: "What is refused: designtime or all.")
    var block = QuiesceBlock.designtime

    @Option(
      name: .customLong("flush"), parsing: .singleValue,
      help: "With all: what is flushed before; may be repeated. (default: everything)")
    var flush: [FlushedData] = []

    mutating func run() async throws {
      let target = try gateway.target()
      try check(target)
      if block == .all { try confirmation.obtain("have \(target.node.name) refuse everything until it is restarted") }
      let (block, flush) = (block, flush.isEmpty ? FlushedData.allCases : flush)
      let wait = wait
      let result = try await gateway.withClient(target) { client in
        let change = block == .all ? try await client.quiesceAll(flushing: flush) : try await client.quiesceDesigntime()
        return try await Self.result(change, block, client, wait)
      }
      try gateway.format.show(result) { result.lines }
    }

    private func check(_ target: GatewayArguments.Target) throws(Failure) {
      try wait.check()
      guard block == .all || flush.isEmpty else {
        throw Failure(.refused, "--flush: has no meaning without --block all")
      }
      guard block == .designtime || wait.seconds == nil else {
        throw Failure(
          .refused, "--wait: a gateway that refuses everything cannot be asked",
          remedy: "ask 'health --quiesce_port NUMBER' until it is not answered with 200")
      }
      if target.isNew == true {
        throw Failure(.refused, "--node: '\(target.node.name)' is a new one; only the old side is quiesced")
      }
    }

    private static func result(
      _ change: QuiesceChange, _ block: QuiesceBlock, _ client: GatewayClient, _ wait: GatewayWait
    ) async throws -> GatewayResult {
      let title = "quiesce \(block.rawValue)"
      if case .answerLost(let failure) = change {
        throw GatewayResult.lost(failure, ask: "health --quiesce_port NUMBER")
      }
      let isOver = try await wait.end(of: "\(title) on \(client.name)") {
        let state = try await client.quiesceState()
        return state.isEnabled ? state.progress : .underWay(said: "not enabled")
      }
      let outcome: GatewayResult.Outcome = isOver ? .done : change == .alreadySo ? .alreadySo : .accepted
      let next = block == .all ? "'health --quiesce_port NUMBER' tells when it is done" : "'quiesce status' tells"
      return GatewayResult(
        node: client.name, operation: title, outcome: outcome, note: outcome == .accepted ? next : nil)
    }
  }

  /// Ends the refusal of changes.
  struct Disable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "disable", abstract: "Have the gateway take design-time changes again.",
      discussion: "A gateway that refuses everything is not reached by this: it has to be restarted.")

    @OptionGroup var gateway: GatewayArguments

    mutating func run() async throws {
      let target = try gateway.target()
      let change = try await gateway.withClient(target) { try await $0.endDesigntimeQuiesce() }
      let result = GatewayResult(
        node: target.node.name, operation: "end the quiesce mode",
        outcome: change == .alreadySo ? .alreadySo : .accepted)
      try gateway.format.show(result) { result.lines }
    }
  }

  /// Tells what is refused.
  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "status", abstract: "Show what the gateway refuses.",
      discussion: "Changes nothing. It ends with 0 where the gateway says it, whatever it says, else with 80.")

    @OptionGroup var gateway: GatewayArguments

    mutating func run() async throws {
      let target = try gateway.target()
      let state = try await gateway.withClient(target) { try await $0.quiesceState() }
      let line = Line(target.node.name, state)
      try gateway.format.show(line) { [line.text] }
    }
  }

  private struct Line: Encodable {
    let node: String
    let isEnabled: Bool
    let block: String?
    let flush: [String]
    /// How far the last change of it is; nil where there was none.
    let status: String?
    let failureReason: String?

    init(_ node: String, _ state: QuiesceState) {
      self.node = node
      isEnabled = state.isEnabled
      block = state.block?.rawValue
      flush = state.flush
      let words = ProgressWords.of(state.progress)
      status = !state.isEnabled && state.progress.isUnderWay ? nil : words.status
      failureReason = words.reason
    }

    var text: String {
      let what = isEnabled ? "quiesced for \(block ?? "something")" : "not quiesced"
      let words = [isEnabled || failureReason != nil ? status : nil, failureReason].compactMap(\.self)
        .joined(separator: ": ")
      return PlainText.oneLine("\(node): \(what)\(words.isEmpty ? "" : " (\(words))")")
    }
  }
}

extension QuiesceBlock: ExpressibleByArgument {}
extension FlushedData: ExpressibleByArgument {}
