import Upgrade

/// Looks at all gateways before anything is changed, and reports all problems at once. Read-only.
///
/// Source of what must hold: the vendor's articles on major and minor versions (branch 10.7).
public struct GatewayPreflight: Sendable {
  private let settings: BlueGreenSettings
  private let clients: [String: GatewayClient]
  private let balancer: any LoadBalancer
  private let journal: any Journal

  /// A preflight of the nodes of `settings`, which `clients` ask by their names.
  public init(
    _ settings: BlueGreenSettings, clients: [String: GatewayClient], balancer: any LoadBalancer, journal: any Journal
  ) {
    self.settings = settings
    self.clients = clients
    self.balancer = balancer
    self.journal = journal
  }

  /// Looks at all nodes at the same time.
  ///
  /// - Returns: what stands in the way, in the order of the nodes.
  public func problems() async -> [Problem] {
    let old = Set(settings.old.nodes.map(\.name))
    let problems = await settings.nodes.concurrentMap { node in
      guard let client = clients[node.name] else { return [Problem]() }
      await journal.record(.phaseStarted(node: node.name, phase: .preflight))
      let look = GatewayLook(settings: settings, node: node, client: client)
      let found = await look.problems(isOld: old.contains(node.name)) + standing(of: node, old.contains(node.name))
      let result = found.first.map { PhaseResult.failed(Failure(.refused, $0.text, remedy: $0.remedy)) } ?? .passed
      await journal.record(.phaseEnded(node: node.name, phase: .preflight, result: result))
      return found
    }
    if problems.allSatisfy(\.isEmpty) { await comparePorts() }
    return problems.flatMap(\.self)
  }

  /// How the load balancer has `node`: the old ones serve, and the new ones must not yet.
  private func standing(of node: GatewayNode, _ isOld: Bool) async -> [Problem] {
    do {
      let standing = try await balancer.standing(of: node.node(in: BlueGreenPlanner.group))
      switch (isOld, standing) {
      case (true, .disabled), (true, .mixed), (true, .down):
        return [
          Problem(
            node: node.name, "the load balancer has it \(standing.rawValue)",
            remedy: "see that the load balancer sends it requests before the upgrade")
        ]
      case (false, .enabled), (false, .mixed):
        return [
          Problem(
            node: node.name, "the load balancer has it \(standing.rawValue)",
            remedy: "take it out: it gets requests only when it has the old side's data")
        ]
      default: return []
      }
    } catch {
      let failure = Failure.from(error, as: .balancer)
      return [
        Problem(node: node.name, failure.message, remedy: failure.remedy ?? "check loadBalancer in the configuration")
      ]
    }
  }

  /// Ports are not copied where `portClusteringEnabled` is false, so those that the new side lacks are told.
  private func comparePorts() async {
    guard settings.profile == .major, let first = settings.old.nodes.first, let old = clients[first.name],
      let ports = try? await old.withoutRetry.ports()
    else { return }
    let wanted = ports.filter {
      $0.isEnabled != false && ![first.url.port, first.quiescePort?.number].contains($0.number)
    }
    for node in settings.new?.nodes ?? [] {
      guard let there = try? await clients[node.name]?.withoutRetry.ports() else { continue }
      let missing = wanted.filter { port in
        !there.contains { $0.number == port.number || ($0.alias != nil && $0.alias == port.alias) }
      }
      guard !missing.isEmpty else { continue }
      let names = missing.map { "\($0.number.map(String.init) ?? "?")\($0.alias.map { " (\($0))" } ?? "")" }
      await journal.record(
        .warning(node: node.name, text: "it lacks ports that \(first.name) has: \(names.joined(separator: ", "))"))
    }
  }
}
