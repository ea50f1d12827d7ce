import Upgrade

/// What a driver works with: where its commands run, its clock, and where what they print goes.
public struct Surroundings: Sendable {
  /// Runs commands on the control node.
  public let local: any CommandHandler
  /// Makes the way to run commands on the balancer's host from the object at `ssh` (`RemoteKeys.all` are its keys);
  /// it connects to nothing yet.
  public let remote: @Sendable (SettingReader) throws(Failure) -> BalancerShell
  /// The clock that waiting goes by.
  public let clock: any Clock<Duration>
  /// Is handed what the balancer's commands print on behalf of a node, as it comes.
  public let output: @Sendable (Node, CommandOutput) async -> Void

  /// Surroundings of drivers.
  public init(
    local: any CommandHandler,
    remote: @escaping @Sendable (SettingReader) throws(Failure) -> BalancerShell,
    clock: any Clock<Duration> = ContinuousClock(),
    output: @escaping @Sendable (Node, CommandOutput) async -> Void = { _, _ in }
  ) {
    self.local = local
    self.remote = remote
    self.clock = clock
    self.output = output
  }
}
