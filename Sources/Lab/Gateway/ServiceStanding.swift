/// What a simulated process answers its health checks from.
actor ServiceStanding {
  /// Whether `/healthcheck` answers 200.
  let isHealthy: Bool
  /// Whether a stop has begun.
  private(set) var isStopping = false

  init(isHealthy: Bool) { self.isHealthy = isHealthy }

  func beginStop() { isStopping = true }
}
