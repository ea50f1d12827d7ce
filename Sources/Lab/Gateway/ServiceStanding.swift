/// What a simulated process answers its health checks from.
actor ServiceStanding {
  /// Whether `/healthcheck` answers 200.
  let isHealthy: Bool
  /// Whether requests that are no health checks are answered 500.
  let isBroken: Bool
  /// Whether a stop has begun.
  private(set) var isStopping = false

  /// As a process stands that was started with `fault`.
  init(_ fault: Fault?) {
    isHealthy = fault?.kind != .unhealthy
    isBroken = fault?.kind == .broken
  }

  func beginStop() { isStopping = true }
}
