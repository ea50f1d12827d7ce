import Upgrade

/// Several balancers that all send requests to the same nodes, as a pair does.
///
/// A node is out when it is out of all of them; one that fails takes back what the others did.
public struct JointLoadBalancer: LoadBalancer {
  /// A balancer and its place in the topology file, for messages.
  public struct Member: Sendable {
    /// For example `loadBalancers[1] (haproxy)`.
    public let name: String
    /// The balancer.
    public let balancer: any LoadBalancer

    /// A member.
    public init(name: String, balancer: any LoadBalancer) {
      self.name = name
      self.balancer = balancer
    }
  }

  private let members: [Member]

  /// All of `members` together, in this order.
  public init(_ members: [Member]) { self.members = members }

  /// As many as the most careful of them wants.
  public var pollsUntilDrained: Int { members.map(\.balancer.pollsUntilDrained).max() ?? 1 }

  /// Takes the node out of all of them; when one fails, it is put back into those that had it before.
  public func disable(_ node: Node) async throws {
    try await change(node, from: .enabled, { try await $0.disable(node) }, back: { try await $0.enable(node) })
  }

  /// Puts the node into all of them; when one fails, it is taken out again of those that did not have it before.
  public func enable(_ node: Node) async throws {
    try await change(node, from: .disabled, { try await $0.enable(node) }, back: { try await $0.disable(node) })
  }

  /// Drained when all of them say so; all are asked, as each may count for itself.
  public func isDrained(_ node: Node) async throws -> DrainState {
    var counts: [Int] = []
    var reasons: [String] = []
    for member in members {
      switch try await inContext(member, { try await member.balancer.isDrained(node) }) {
      case .drained: continue
      case .draining(let count, let reason):
        if let count { counts.append(count) }
        reasons.append("\(member.name): \(reason)")
      }
    }
    if reasons.isEmpty { return .drained }
    return .draining(inFlight: counts.isEmpty ? nil : counts.reduce(0, +), reasons.joined(separator: "; "))
  }

  /// What they say together.
  public func standing(of node: Node) async throws -> Standing {
    var standings: [Standing] = []
    for member in members {
      standings.append(try await inContext(member) { try await member.balancer.standing(of: node) })
    }
    return Standing.together(standings)
  }

  /// The same of many: each balancer is asked about all of them at once.
  public func standings(of nodes: [Node]) async -> [Result<Standing, Failure>] {
    var answers: [[Result<Standing, Failure>]] = []
    for member in members {
      answers.append(await member.balancer.standings(of: nodes).map { $0.mapError { $0.inContext(member.name) } })
    }
    return nodes.indices.map { node in
      Result { () throws(Failure) -> Standing in
        Standing.together(try answers.map { answer throws(Failure) in try answer[node].get() })
      }
    }
  }

  private func change(
    _ node: Node, from before: Standing, _ act: (any LoadBalancer) async throws -> Void,
    back: @escaping @Sendable (any LoadBalancer) async throws -> Void
  ) async throws {
    let opposite: Standing = before == .enabled ? .disabled : .enabled
    var changed: [Member] = []
    do {
      for member in members {
        try await inContext(member) {
          // What it was already is not ours to take back.
          let isChange = try await member.balancer.standing(of: node) != opposite
          try await act(member.balancer)
          if isChange { changed.append(member) }
        }
      }
    } catch {
      try await takeBack(changed.reversed(), after: error, back)
      throw error
    }
  }

  private func takeBack(
    _ members: [Member], after error: any Error, _ back: @escaping @Sendable (any LoadBalancer) async throws -> Void
  ) async throws {
    let failures = await Task {
      var failures: [Failure] = []
      for member in members {
        do {
          try await back(member.balancer)
        } catch {
          failures.append(Failure.from(error, as: .balancer).inContext(member.name))
        }
      }
      return failures
    }.value
    guard !failures.isEmpty else { return }
    let first = Failure.from(error, as: .balancer)
    throw Failure(
      .balancer, ([first] + failures).map(\.message).joined(separator: "; then "), exitCode: first.exitCode,
      evidence: first.evidence + failures.flatMap(\.evidence), remedy: failures[0].remedy)
  }

  private func inContext<Value>(_ member: Member, _ body: () async throws -> Value) async throws -> Value {
    do {
      return try await body()
    } catch let failure as Failure {
      throw failure.inContext(member.name)
    }
  }
}

extension Standing {
  /// What several balancers, or several servers of one, say together.
  static func together(_ standings: [Standing]) -> Standing {
    if standings.contains(.down) { return .down }
    let known = Set(standings).subtracting([.unknown])
    switch known.count {
    case 0: return .unknown
    case 1: return known.first ?? .unknown
    default: return .mixed
    }
  }
}
