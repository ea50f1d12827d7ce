/// Where a gateway's process is told to end; the first word counts.
final class GatewayLifecycle: Sendable {
  private let ends: AsyncStream<GatewayEnd>
  private let continuation: AsyncStream<GatewayEnd>.Continuation

  init() { (ends, continuation) = AsyncStream.makeStream(of: GatewayEnd.self) }

  /// Asks for the end.
  func end(_ end: GatewayEnd) { continuation.yield(end) }

  /// The end that was asked for first.
  func wait() async -> GatewayEnd {
    for await end in ends { return end }
    return .signal
  }
}
