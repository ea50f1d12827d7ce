import ArgumentParser
import Upgrade
import WebMethods

/// Shuts a gateway down, or restarts it.
struct GatewayShutdownCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shutdown", abstract: "Shut the gateway down, or restart it; asks first, or needs --yes.",
    discussion: """
      A gateway that is shut down without --bounce is started on its host, by no API. Take it out of the load balancer \
      before.
      """)

  @OptionGroup var gateway: GatewayArguments
  @OptionGroup var confirmation: Confirmation

  @Flag(name: .customLong("bounce"), help: "Restart it.")
  var isRestarted = false

  @Flag(name: .customLong("force"), help: "At once, instead of when no client's session is open any more.")
  var isForced = false

  @Option(
    name: .customLong("drain_minutes"),
    help: "How many minutes clients have at most. (default: what the file says, else 10)")
  var drainMinutes: Int?

  @Flag(name: .customLong("quiesce"), help: "Flush its counters before; it is quiesced when it comes up again.")
  var isFlushed = false

  mutating func run() async throws {
    let target = try gateway.target()
    let option = try option(target)
    try confirmation.obtain("\(isRestarted ? "restart" : "shut down") \(target.node.name)")
    let (isRestarted, isFlushed) = (isRestarted, isFlushed)
    let start = try await gateway.withClient(target) {
      try await $0.shutDown(option, isRestarted: isRestarted, isFlushed: isFlushed)
    }
    if case .answerLost(let failure) = start { throw GatewayResult.lost(failure, ask: "health") }
    let result = GatewayResult(
      node: target.node.name, operation: isRestarted ? "restart" : "shutdown", outcome: .accepted,
      note: "'health' tells when it is done")
    try gateway.format.show(result) { result.lines }
  }

  private func option(_ target: GatewayArguments.Target) throws(Failure) -> ShutdownOption {
    guard let drainMinutes else {
      return isForced ? .force : .drain(minutes: target.settings?.times.shutdownDrainMinutes ?? 10)
    }
    guard !isForced else { throw Failure(.refused, "--drain_minutes: has no meaning with --force") }
    guard (1...10_080).contains(drainMinutes) else {
      throw Failure(.refused, "--drain_minutes: is \(drainMinutes), must be 1 to 10080")
    }
    return .drain(minutes: drainMinutes)
  }
}
