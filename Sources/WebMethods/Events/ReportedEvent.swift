/// Something that a webhook was called with. It says that there is something to look at, and proves nothing.
public struct ReportedEvent: Sendable, Hashable {
  /// The node, or side, that the called URL was made for. The gateways of a cluster have their webhooks in common, so
  /// another one of the cluster may have called.
  public let node: String
  /// What is said to have happened; nil where the payload, whose form is not documented, does not tell.
  public let event: GatewayEvent?

  /// A report.
  public init(node: String, event: GatewayEvent?) {
    self.node = node
    self.event = event
  }
}
