public import Axway
import Upgrade

/// What of an operator's topology a lab gets to know: names, groups, kinds, floors and where gates stand - no address, no
/// user, no key, no folder, no command, no URL. Pure.
public struct RehearsalTopology: Sendable {
  /// What stands before the lab's groups.
  public enum Balancer: String, Sendable, Hashable, Codable {
    case nginx, haproxy
  }

  /// The topology without anything of the real world.
  public let topology: Topology
  /// The load balancer in the lab.
  public let balancer: Balancer
  /// Whether zdupgrade is told of it: not where the operator has none either.
  public let isBalancerTold: Bool
  /// What is otherwise than in the night, each a phrase.
  public let differences: [String]

  /// A URL that leads nowhere: it only says that there is one.
  private static let anyURL = "http://stage.invalid/healthcheck"

  /// What is left of `real`; one try of a gate takes so many `gateSeconds` in the lab.
  public init(_ real: Topology, gateSeconds: Double) {
    let sleep = StepDurations.text(max(0.001, (gateSeconds * 1000).rounded() / 1000))
    func standIns(_ gates: [Gate]) -> [Gate] {
      gates.map { gate in
        Gate(
          gate.point, command: ["/bin/sleep", sleep], timeout: gate.timeout, retryFor: gate.retryFor,
          interval: gate.interval, onFailure: gate.onFailure)
      }
    }
    topology = Topology(
      nodes: real.nodes.map { node in
        Topology.Node(
          name: node.name, host: node.host, nodeManager: node.nodeManager,
          instances: node.instances.map {
            Topology.Instance(name: $0.name, group: $0.group, healthURL: $0.healthURL == nil ? nil : Self.anyURL)
          }, hooks: standIns(node.hooks))
      },
      groupSettings: real.groupSettings.mapValues { .init(capacity: $0.capacity, hooks: standIns($0.hooks)) },
      hooks: standIns(real.hooks))
    let drivers = real.balancerDriver.split(separator: ",").map { $0.drop { $0 == " " } }
    let own = drivers.compactMap { Balancer(rawValue: String($0)) }.first
    isBalancerTold = real.balancerDriver != "none"
    balancer = own ?? (isBalancerTold ? .haproxy : .nginx)
    differences =
      Self.difference(real.balancerDriver, count: drivers.count, own, balancer, isBalancerTold) + Self.differences(real)
  }

  /// What is wrong with the load balancer that zdupgrade is told of in `lab`; nothing where it is the one that was chosen.
  public func differences(fromBalancerOf lab: Topology) -> [String] {
    let wanted = isBalancerTold ? balancer.rawValue : "none"
    return lab.balancerDriver == wanted ? [] : ["the load balancer is '\(lab.balancerDriver)', not '\(wanted)'"]
  }

  private static func difference(
    _ drivers: String, count: Int, _ own: Balancer?, _ balancer: Balancer, _ isTold: Bool
  ) -> [String] {
    guard isTold else {
      return [
        "no load balancer is told to zdupgrade, as in the night; the steady requests come through an NGINX of the lab"
      ]
    }
    if count == 1, own != nil { return [] }
    return ["load balancer '\(drivers)': one real \(balancer.title) stands in its place"]
  }

  private static func differences(_ real: Topology) -> [String] {
    let gates = real.hooks + real.groupSettings.values.flatMap(\.hooks) + real.nodes.flatMap(\.hooks)
    let users = Set(real.nodes.compactMap(\.ssh.become)).sorted()
    return
      (gates.isEmpty ? [] : ["gates: \(gates.count) stand where they would, but your commands are not run; they pass"])
      + (users.isEmpty ? [] : ["become: commands do not run as \(users.listed)"])
  }
}

extension RehearsalTopology.Balancer {
  /// Its name as its makers write it.
  public var title: String { self == .nginx ? "NGINX" : "HAProxy" }
}
