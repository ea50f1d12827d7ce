import Upgrade

/// Makes the plan of a rolling upgrade from the topology, the options and what was observed. Pure.
public struct Planner: Sendable {
  private let topology: Topology
  private let options: UpgradeOptions
  private let nodes: [Topology.Node]

  /// The host of the Admin Node Manager that goes first: the same, exact name for every node's export and apply.
  public let anmHost: String

  /// A planner.
  ///
  /// - Throws: `Failure` of kind `.refused` when `--anm_host` names no Admin Node Manager of the topology.
  public init(_ topology: Topology, _ options: UpgradeOptions) throws(Failure) {
    self.topology = topology
    self.options = options
    let admins = topology.nodes.filter { $0.nodeManager == .admin }
    guard let first = admins.first(where: { options.anmHost == nil || $0.host == options.anmHost }) else {
      throw Self.wrongHost(options.anmHost ?? "", topology)
    }
    anmHost = first.host
    nodes = [first] + topology.nodes.filter { $0.name != first.name }
  }

  private static func wrongHost(_ host: String, _ topology: Topology) -> Failure {
    let hosts = topology.nodes.filter { $0.nodeManager == .admin }.map(\.host)
    guard !topology.nodes.contains(where: { $0.host == host }) else {
      return Failure(
        .refused,
        "--anm_host: '\(host)' has no Admin Node Manager in the topology; these have: \(hosts.joined(separator: ", "))")
    }
    let hint = NearMatch.hint(for: host, among: hosts)
    let valid = hosts.joined(separator: ", ")
    return Failure(
      .refused, "--anm_host: '\(host)' is no host of the topology\(hint.isEmpty ? "; give one of \(valid)" : hint)")
  }

  /// The nodes in the order in which they are upgraded, each with its commands.
  ///
  /// - Throws: `Failure` of kind `.refused` when a node has no installation.
  public func builders() throws(Failure) -> [(node: Topology.Node, commands: CommandBuilder)] {
    var builders: [(Topology.Node, CommandBuilder)] = []
    for node in nodes { builders.append((node, try CommandBuilder(node, options, anmHost: anmHost))) }
    return builders
  }

  /// The plan; `observed` says how far sysupgrade already is on each node (what is missing is taken as not started).
  ///
  /// - Throws: `Failure` of kind `.refused` when a node has no installation.
  public func plan(observed: [String: SysupgradeState] = [:]) throws(Failure) -> Plan {
    let steps = try builders().map { ($0.node.name, UpgradeSteps($0.node, options, $0.commands)) }
    let exports = steps.filter { (observed[$0.0] ?? .notStarted) < .exported }
    let upgrades = steps.filter { (observed[$0.0] ?? .notStarted) < .upgraded }
    return Plan(
      title: "MULTI-NODE ZERO DOWN-TIME UPGRADE SUMMARY", nodes: topology.nodes.map(\.node), phases: Phase.axway,
      stages: [stage("EXPORT", exports.map { Lane($0.0, $0.1.export) })]
        + [stage("UPGRADE", upgrades.map { Lane($0.0, $0.1.upgrade) })]
        + steps.map {
          Stage("PRE-APPLY, APPLY and POST-APPLY on \($0.0)", lanes: [Lane($0.0, $0.1.roll)], concurrency: 1)
        },
      notices: notices(observed), notUndone: Self.notUndone)
  }

  private func stage(_ phase: String, _ lanes: [Lane]) -> Stage {
    let title = lanes.isEmpty ? "\(phase): done on every node before" : "\(phase) on all nodes at once"
    return Stage(title, lanes: lanes, concurrency: options.forks, mustPassOnAllNodes: true)
  }

  private func notices(_ observed: [String: SysupgradeState]) -> [String] {
    let lonely = topology.groups.filter { group in topology.nodes.count { $0.groups.contains(group) } == 1 }
    let unprobed = topology.nodes.flatMap { node in
      node.instances.filter { $0.healthURL == nil }.map { "'\($0.name)' on \(node.name)" }
    }
    let done = nodes.filter { (observed[$0.name] ?? .notStarted) >= .exported }.map {
      "\($0.name): sysupgrade status says '\((observed[$0.name] ?? .exported).rawValue)', so that part is not repeated; "
        + "'sysupgrade clean' on the node starts it over"
    }
    return lonely.map { "'\($0)' has instances on one node only: it is interrupted while that node is upgraded" }
      + (topology.balancerDriver == "none"
        ? ["no load balancer: requests that are in flight when a node is stopped are lost"] : [])
      + (unprobed.isEmpty
        ? [] : ["no healthURL for \(unprobed.joined(separator: ", ")): only the process is looked at"])
      + ["quotas are reset, and old and new nodes count apart while both run"]
      + done
  }

  private static let notUndone = [
    "external OAuth and KPS tables that were upgraded in databases",
    "a shared ActiveMQ directory that the new version has used",
    "the metrics database",
    "data that the new version has written to Cassandra",
  ]
}

extension Topology {
  /// All groups, each once, in the order of the nodes.
  public var groups: [String] {
    var seen: [String] = []
    for group in nodes.flatMap(\.groups) where !seen.contains(group) { seen.append(group) }
    return seen
  }

  /// The names of the load balancers' drivers, as in `nginx, haproxy`; `none` where the topology has no load balancer.
  public var balancerDriver: String {
    let names = (loadBalancers ?? [loadBalancer ?? .null]).map { setting in
      guard case .object(let object) = setting, case .string(let name) = object["driver"] else { return "none" }
      return name
    }
    return names.allSatisfy { $0 == "none" } ? "none" : names.joined(separator: ", ")
  }
}
