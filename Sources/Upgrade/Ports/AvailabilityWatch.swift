/// Tells whether nodes serve right now.
public protocol AvailabilityWatch: Sendable {
  /// Why `node` does not serve, or cannot be said to; nil when it does.
  func obstacle(of node: Node) async -> Obstacle?

  /// The same of each of `nodes`, in their order, all seen behind the call.
  func obstacles(of nodes: [Node]) async -> [Obstacle?]
}

extension AvailabilityWatch {
  /// Each by itself, several at the same time.
  public func obstacles(of nodes: [Node]) async -> [Obstacle?] {
    await nodes.concurrentMap { await obstacle(of: $0) }
  }
}
