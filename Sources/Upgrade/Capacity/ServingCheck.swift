/// A node serves when its load balancer gives it requests, as far as that can tell, and its health checks are answered.
public struct ServingCheck: AvailabilityWatch {
  private static let tries = 3
  private let balancer: any LoadBalancer
  private let probe: any HealthProbe
  private let clock: any Clock<Duration>

  /// A check on these ports.
  public init(balancer: any LoadBalancer, probe: any HealthProbe, clock: any Clock<Duration>) {
    self.balancer = balancer
    self.probe = probe
    self.clock = clock
  }

  /// Asks the balancer and every health check; a single answer that is missing does not count, three do.
  public func obstacle(of node: Node) async -> Obstacle? {
    if let obstacle = await standing(of: node) { return obstacle }
    for url in node.healthURLs {
      if let reason = await failing(url) { return Obstacle(reason) }
    }
    return nil
  }

  private func standing(of node: Node) async -> Obstacle? {
    var reason = ""
    for attempt in 1...Self.tries {
      do {
        let standing = try await balancer.standing(of: node)
        guard standing != .enabled, standing != .unknown else { return nil }
        // One that is out of a balancer, but not of another, still gets requests.
        return Obstacle("the load balancer has it \(standing.rawValue)", isCertain: standing != .mixed)
      } catch {
        reason = "the load balancer does not say how it stands: \(Failure.from(error, as: .balancer).message)"
      }
      if attempt < Self.tries { try? await clock.sleep(for: .milliseconds(300)) }
    }
    return Obstacle(reason, isCertain: false)
  }

  private func failing(_ url: String) async -> String? {
    var reason: String?
    for attempt in 1...Self.tries {
      do {
        let status = try await probe.status(of: url, timeout: .seconds(5))
        if status == 200 { return nil }
        reason = "\(url) answers \(status)"
      } catch {
        reason = Failure.from(error, as: .unhealthy).message
      }
      if attempt < Self.tries { try? await clock.sleep(for: .milliseconds(300)) }
    }
    return reason
  }
}
