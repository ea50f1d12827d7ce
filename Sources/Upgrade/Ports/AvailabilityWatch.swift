/// Tells whether a node serves right now.
public protocol AvailabilityWatch: Sendable {
  /// Why `node` does not serve, or cannot be said to; nil when it does.
  func obstacle(of node: Node) async -> Obstacle?
}
