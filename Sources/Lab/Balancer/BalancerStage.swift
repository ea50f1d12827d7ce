import Upgrade

/// A load balancer before a lab: one address for each group, set up as an operator would, with no tricks.
protocol BalancerStage: Sendable {
  /// Starts it and returns when it serves.
  ///
  /// - Returns: what the topology file says at `loadBalancer`, for the driver of `zdupgrade`.
  func start() async throws -> Setting
}
