import Upgrade

/// The driver `none`: nothing stands in front of the nodes, or somebody else takes care of it.
///
/// Every operation succeeds at once and nothing is known: requests that arrive while a node is stopped are lost.
public struct NoLoadBalancer: LoadBalancerDriver {
  /// `none`.
  public static let name = "none"
  /// It has no settings.
  public static let keys: [String] = []

  /// No load balancer.
  public init() {}

  /// No load balancer; there is nothing to read.
  public init(_ settings: SettingReader, in surroundings: Surroundings) throws(Failure) {}

  /// Does nothing.
  public func disable(_ node: Node) async throws {}

  /// Always drained, as nobody counts.
  public func isDrained(_ node: Node) async throws -> DrainState { .drained }

  /// Does nothing.
  public func enable(_ node: Node) async throws {}

  /// Always unknown.
  public func standing(of node: Node) async throws -> Standing { .unknown }
}
