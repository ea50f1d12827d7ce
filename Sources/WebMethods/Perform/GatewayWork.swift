import Upgrade

/// One operation on one gateway under way: who is asked, how long it may take, and where what is seen is told.
struct GatewayWork: Sendable {
  let client: GatewayClient
  let operation: Operation
  let node: Node
  /// Whether the gateway had accepted it before a crash: it is only waited for then.
  let isAccepted: Bool
  /// To be called as soon as the gateway has accepted it.
  let accepted: @Sendable () async -> Void
  let pace: GatewayPace
  let events: any WebhookEvents
  let journal: any Journal
  let clock: any Clock<Duration>
  /// Since when it is under way.
  let watch: Stopwatch

  /// What is left of the operation's time.
  var left: Duration { .seconds(operation.deadline) - watch.elapsed }

  /// Tells what was seen, as a line of the operation's output.
  func say(_ line: String) async {
    await journal.record(.output(node: node.name, stream: .standardOutput, line: PlainText.oneLine(line)))
  }

  /// A judge of states that something is told of which begins now.
  func freshness<State>(behind before: State?) -> Freshness<State> {
    Freshness(behind: before, settling: pace.settling, by: clock)
  }

  /// Waits until it is time for the next look, or there are more events than those `seen` before the last one.
  func pause(beyond seen: Int) async throws {
    try await events.wait(beyond: seen, atMost: max(.zero, min(pace.interval, left)), by: clock)
  }

  /// Looks until there is a value, and at once when an event comes.
  ///
  /// - Throws: `Failure` of kind `.timeout` with `problem` when the operation's time is over.
  func wait<Value>(
    every interval: Duration? = nil, orSay problem: @autoclosure () -> String, _ look: () async throws -> Value?
  ) async throws -> Value {
    let value = try await EventPolling.value(
      within: left, every: interval ?? pace.interval, wokenBy: events, by: clock, look)
    if let value { return value }
    throw Failure(.timeout, "\(problem()), still after \(operation.deadline) s")
  }
}
