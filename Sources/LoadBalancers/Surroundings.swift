import Upgrade

/// What a driver works with: where its commands run, its clock, and where what they print goes.
public struct Surroundings: Sendable {
  /// Runs commands on the control node.
  public let local: any CommandHandler
  /// Makes the way to run commands on the balancer's host from the object at `ssh` (`RemoteKeys.all` are its keys);
  /// it connects to nothing yet.
  public let remote: @Sendable (SettingReader) throws(Failure) -> BalancerShell
  /// Asks sockets from the control node.
  public let sockets: any SocketExchange
  /// Sends HTTP requests from the control node.
  public let http: any HTTPExchange
  /// Whose certificates a gateway's own health check may have.
  public let healthTrust: TLSTrust
  /// The clock that waiting goes by.
  public let clock: any Clock<Duration>
  /// Is handed what the balancer's commands print on behalf of a node, as it comes.
  public let output: @Sendable (Node, CommandOutput) async -> Void

  /// Surroundings of drivers; without `sockets` and `http` those that need them fail.
  public init(
    local: any CommandHandler,
    remote: @escaping @Sendable (SettingReader) throws(Failure) -> BalancerShell,
    sockets: (any SocketExchange)? = nil, http: (any HTTPExchange)? = nil,
    healthTrust: TLSTrust = TLSTrust(), clock: any Clock<Duration> = ContinuousClock(),
    output: @escaping @Sendable (Node, CommandOutput) async -> Void = { _, _ in }
  ) {
    self.local = local
    self.remote = remote
    self.sockets = sockets ?? NoConnections()
    self.http = http ?? NoConnections()
    self.healthTrust = healthTrust
    self.clock = clock
    self.output = output
  }
}
