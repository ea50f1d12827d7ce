import Upgrade

@testable import Axway

/// The load balancer in front of the fleet.
struct FleetBalancer: LoadBalancer {
  let fleet: Fleet
  var pollsUntilDrained: Int { fleet.scenario.pollsUntilDrained }

  func disable(_ node: Node) async throws { try change(node, "disable", isEnabled: false) }
  func enable(_ node: Node) async throws { try change(node, "enable", isEnabled: true) }

  private func change(_ node: Node, _ operation: String, isEnabled: Bool) throws {
    try fleet.access { state in
      let fault = fleet.fault(node.name, operation, isLook: false, &state)
      if fault?.hasEffect ?? true, var member = state.members[node.name], member.isEnabled != isEnabled {
        let wasServing = member.isServing
        member.isEnabled = isEnabled
        member.inFlight = wasServing ? member.load : 0
        state.members[node.name] = member
        if wasServing { fleet.checkFloors(without: node.name, &state) }
      }
      if fault != nil { throw Failure(.balancer, "\(operation) was refused") }
    }
  }

  func isDrained(_ node: Node) async throws -> DrainState {
    try fleet.access { state in
      if fleet.fault(node.name, "drained", isLook: true, &state) != nil { throw Failure(.balancer, "no answer") }
      guard let member = state.members[node.name], member.inFlight > 0 else { return .drained }
      if !member.isStuck { state.members[node.name]?.inFlight -= 1 }
      return .draining(inFlight: member.inFlight, "\(member.inFlight) in flight")
    }
  }

  func standing(of node: Node) async throws -> Standing {
    try fleet.access { state in
      if fleet.fault(node.name, "standing", isLook: true, &state) != nil { throw Failure(.balancer, "no answer") }
      guard fleet.scenario.balancerTells, let member = state.members[node.name] else { return .unknown }
      guard member.isEnabled else { return .disabled }
      return member.isHealthy ? .enabled : .down
    }
  }
}

/// The health checks of the fleet's instances: `http://NODE/INSTANCE`.
struct FleetHealth: HealthProbe {
  let fleet: Fleet

  func status(of url: String, timeout: Duration) async throws -> Int {
    let parts = url.split(separator: "/").map(String.init)
    return try fleet.access { state in
      guard parts.count == 3, let member = state.members[parts[1]] else { throw Failure(.unhealthy, "no such host") }
      // A single answer may be missing, never three in a row: the run may take that for a node that does not serve.
      let isOdd = state.counts["\(url) asked", default: 0] % 2 == 1
      state.counts["\(url) asked", default: 0] += 1
      if isOdd, fleet.fault(parts[1], "health", isLook: true, &state) != nil { throw Failure(.unhealthy, "no answer") }
      if member.isDead { throw Failure(.unhealthy, "connection refused") }
      return member.isHealthy(parts[2]) ? 200 : 503
    }
  }
}

/// The run's own check, which also tells the fleet when it was asked.
struct FleetWatch: AvailabilityWatch {
  let fleet: Fleet
  let check: ServingCheck

  func obstacle(of node: Node) async -> Obstacle? { await obstacles(of: [node]).first ?? nil }

  func obstacles(of nodes: [Node]) async -> [Obstacle?] {
    fleet.access { state in
      for node in nodes { state.members[node.name]?.lookedAt = state.operations }
    }
    return await check.obstacles(of: nodes)
  }
}

/// The operator's gates, which pass or do not.
struct FleetGates: CommandHandler {
  let fleet: Fleet

  func run(
    _ command: ShellCommand, on node: String, timeout: Duration?,
    output: @escaping @Sendable (CommandOutput) async -> Void
  ) async throws -> CommandExit {
    fleet.access { state in
      let fault = fleet.fault(node, command.text, isLook: false, &state)
      return .code(fault == nil ? 0 : 1)
    }
  }
}
