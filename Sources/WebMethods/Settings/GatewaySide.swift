/// All nodes of one version.
public struct GatewaySide: Sendable, Hashable {
  /// Their version; nil for `auto`.
  public let version: GatewayVersion?
  /// The nodes, in the order of the file.
  public let nodes: [GatewayNode]

  /// A side.
  public init(version: GatewayVersion?, nodes: [GatewayNode]) {
    self.version = version
    self.nodes = nodes
  }
}
