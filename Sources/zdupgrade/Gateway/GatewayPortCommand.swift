import ArgumentParser
import Upgrade
import WebMethods

/// Makes the port through which a quiesced gateway is asked.
struct GatewayPortCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "port", abstract: "Make the port that a quiesced gateway answers on.",
    subcommands: [CreateQuiesce.self])

  /// Makes, enables and sets it.
  struct CreateQuiesce: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "create-quiesce", abstract: "Make, enable and set the quiesce port; what is there already is kept.")

    @OptionGroup var gateway: GatewayArguments

    @Option(name: .customLong("port"), help: "Its number. (default: that of the node in the file)")
    var number: Int?

    @Option(name: .customLong("alias"), help: "Its alias. (default: that of the node in the file, else QuiescePort)")
    var alias: String?

    mutating func run() async throws {
      let target = try gateway.target()
      let port = try port(target)
      let isNew = try await gateway.withClient(target) { try await $0.ensureQuiescePort(port) }
      let result = GatewayResult(
        node: target.node.name, operation: "create quiesce port \(port.number) (\(port.alias))",
        outcome: isNew ? .done : .alreadySo)
      try gateway.format.show(result) { result.lines }
    }

    private func port(_ target: GatewayArguments.Target) throws(Failure) -> QuiescePort {
      let known = target.node.quiescePort
      guard let number = number ?? known?.number else {
        throw Failure(.refused, "--port: is missing: the number of a TCP port that is free on the gateway")
      }
      guard (1...65_535).contains(number) else {
        throw Failure(.refused, "--port: is \(number), must be 1 to 65535")
      }
      guard alias?.isEmpty != true else { throw Failure(.refused, "--alias: is empty") }
      return QuiescePort(number: number, alias: alias ?? known?.alias ?? "QuiescePort")
    }
  }
}
