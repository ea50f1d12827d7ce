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
  public func obstacle(of node: Node) async -> Obstacle? { await obstacles(of: [node]).first ?? nil }

  /// The same of many: the balancer is asked about all of them at once.
  public func obstacles(of nodes: [Node]) async -> [Obstacle?] {
    let standings = await standings(of: nodes)
    return await zip(nodes, standings).map { Look(node: $0, obstacle: $1) }.concurrentMap { look in
      if let obstacle = look.obstacle { return obstacle }
      for url in look.node.healthURLs {
        if let reason = await failing(url) { return Obstacle(reason) }
      }
      return nil
    }
  }

  private struct Look: Sendable {
    let node: Node
    let obstacle: Obstacle?
  }

  /// What the balancer has against each; those that it says nothing about are asked about again.
  private func standings(of nodes: [Node]) async -> [Obstacle?] {
    var obstacles: [Obstacle?] = nodes.map { _ in nil }
    var open = Array(nodes.indices)
    for attempt in 1...Self.tries where !open.isEmpty {
      if attempt > 1 { try? await clock.sleep(for: .milliseconds(300)) }
      let answers = await balancer.standings(of: open.map { nodes[$0] })
      var silent: [Int] = []
      for (index, answer) in zip(open, answers) {
        obstacles[index] = Self.obstacle(answer)
        if case .failure = answer { silent.append(index) }
      }
      open = silent
    }
    return obstacles
  }

  private static func obstacle(_ answer: Result<Standing, Failure>) -> Obstacle? {
    switch answer {
    case .success(.enabled), .success(.unknown): nil
    // One that is out of a balancer, but not of another, still gets requests.
    case .success(let standing):
      Obstacle("the load balancer has it \(standing.rawValue)", isCertain: standing != .mixed)
    case .failure(let failure):
      Obstacle("the load balancer does not say how it stands: \(failure.message)", isCertain: false)
    }
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
