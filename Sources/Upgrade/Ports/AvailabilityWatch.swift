/// Tells whether a node serves right now.
public protocol AvailabilityWatch: Sendable {
  /// Why `node` does not serve, in a phrase like `the load balancer has it down`; nil when it does.
  func obstacle(of node: Node) async -> String?
}
