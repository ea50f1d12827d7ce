import Upgrade

/// A load balancer before a lab: one address for each group, set up as an operator would, with no tricks.
protocol BalancerStage: Sendable {
  /// What the topology file says at `loadBalancer`, for the driver of `zdupgrade`.
  var setting: Setting { get }

  /// Writes its configuration, starts it, and returns when it serves.
  func start() async throws
  /// Starts it with the configuration that is there.
  func startAgain() async throws
}
