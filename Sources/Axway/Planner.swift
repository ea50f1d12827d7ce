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
    try Self.check(options.waves, topology)
  }

  /// - Throws: `Failure` of kind `.refused` when an option names a node or group that is not there.
  private static func check(_ options: WaveOptions, _ topology: Topology) throws(Failure) {
    let nodes = topology.nodes.map(\.name)
    let asked =
      [("--canary", [options.canary].compactMap { $0 }, nodes), ("--pause_after", options.pauseAfter, nodes)]
      + [("--accept_downtime", options.acceptedDowntime, topology.groups)]
    for (option, names, known) in asked {
      guard let name = names.first(where: { !known.contains($0) }) else { continue }
      let hint = NearMatch.hint(for: name, among: known)
      throw Failure(
        .refused,
        "\(option): '\(name)' is none of the topology's\(hint.isEmpty ? ": \(known.joined(separator: ", "))" : hint)")
    }
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

  /// The plan; `observed` says how each node was found (what is missing is taken as not started, and serving).
  ///
  /// - Throws: `Failure` of kind `.refused` when a node has no installation.
  public func plan(observed: [String: Observation] = [:]) throws(Failure) -> Plan {
    let steps = try builders().map { ($0.node.name, UpgradeSteps($0.node, options, $0.commands)) }
    let exports = steps.filter { state($0.0, observed) < .exported }
    let upgrades = steps.filter { state($0.0, observed) < .upgraded }
    let waves = waves(observed)
    return Plan(
      title: "MULTI-NODE ZERO DOWN-TIME UPGRADE SUMMARY", nodes: topology.nodes.map(\.node), phases: Phase.axway,
      stages: [stage("EXPORT", exports.map { Lane($0.0, $0.1.export) })]
        + [stage("UPGRADE", upgrades.map { Lane($0.0, $0.1.upgrade) })]
        + rolling(waves, Dictionary(uniqueKeysWithValues: steps), observed),
      notices: notices(observed, waves), notUndone: Self.notUndone,
      checklist: Checklist(topology, options).items, floors: waves.floors)
  }

  /// What stands in the way of the groups' capacity.
  public func problems(observed: [String: Observation] = [:]) -> [Problem] { waves(observed).problems }

  /// The groups with instances on one node only whose interruption is not accepted yet.
  public var unacceptedGroups: [String] { waves([:]).unacceptedGroups }

  private func waves(_ observed: [String: Observation]) -> WavePlanner {
    WavePlanner(
      topology, options.waves, nodes: nodes, down: Set(observed.filter { $0.value.isDown }.map(\.key)))
  }

  private func state(_ node: String, _ observed: [String: Observation]) -> SysupgradeState {
    observed[node]?.sysupgrade ?? .notStarted
  }

  private func stage(_ phase: String, _ lanes: [Lane]) -> Stage {
    let pace = lanes.count > options.forks ? "\(lanes.count) nodes, \(options.forks) at a time" : "all nodes at once"
    let title = lanes.isEmpty ? "\(phase): done on every node before" : "\(phase) on \(pace)"
    return Stage(title, lanes: lanes, concurrency: options.forks, mustPassOnAllNodes: true)
  }

  private func rolling(
    _ planner: WavePlanner, _ steps: [String: UpgradeSteps], _ observed: [String: Observation]
  ) -> [Stage] {
    let waves = planner.waves
    let nodes = Dictionary(uniqueKeysWithValues: topology.nodes.map { ($0.name, $0) })
    let order = Array(waves.joined())
    let (baked, isPlaceAsked) = (planner.bakedWave, topology.hasHooks)
    var begun = 0
    return waves.enumerated().map { index, wave in
      // Nobody but a gate asks what is done and what remains.
      let place = GatePlace(
        wave: index + 1, waves: waves.count, done: isPlaceAsked ? Array(order[..<begun]) : [],
        remaining: isPlaceAsked ? Array(order[begun...]) : [])
      begun += wave.count
      let lanes = wave.compactMap { name in
        steps[name].map { steps in
          Lane(
            name,
            steps.roll(
              UpgradeSteps.Setting(isDown: observed[name]?.isDown ?? false, gates: gates(of: nodes[name]), place: place)
            ))
        }
      }
      return Stage(
        "PRE-APPLY, APPLY and POST-APPLY on \(wave.listed)\(wave.count > 1 ? " at the same time" : "")",
        lanes: lanes, concurrency: wave.count,
        interludes: interludes(
          behind: wave, isBaked: baked == index, isLast: index == waves.count - 1, place))
    }
  }

  /// What happens behind a wave; a wait is between waves, never behind the last.
  private func interludes(behind wave: [String], isBaked: Bool, isLast: Bool, _ place: GatePlace) -> [Interlude] {
    let rest = place.remaining.filter { !wave.contains($0) }
    let next = GatePlace(wave: place.wave, waves: place.waves, done: place.done + wave, remaining: rest)
    let gates = topology.hooks.filter { $0.point == (isLast ? .atEnd : .betweenWaves) }.map { Interlude.gate($0, next) }
    guard !isLast else { return gates }
    let pauses = wave.filter(options.waves.pauseAfter.contains)
    return (isBaked ? [.bake(seconds: options.waves.bake, nodes: wave)] : []) + gates
      + (pauses.isEmpty ? [] : [.pause(after: pauses)])
  }

  /// The gates around a node: those of the run, of its groups, and its own.
  private func gates(of node: Topology.Node?) -> [Gate] {
    topology.hooks + (node?.groups ?? []).flatMap { topology.groupSettings[$0]?.hooks ?? [] }
      + (node?.hooks ?? [])
  }

  private func notices(_ observed: [String: Observation], _ waves: WavePlanner) -> [String] {
    let unprobed = topology.nodes.flatMap { node in
      node.instances.filter { $0.healthURL == nil }.map { "'\($0.name)' on \(node.name)" }
    }.listed
    let done = nodes.filter { state($0.name, observed) >= .exported }.map {
      "\($0.name): sysupgrade status says '\(state($0.name, observed).rawValue)', so that part is not repeated; "
        + "'sysupgrade clean' on the node starts it over"
    }
    return waves.notices
      + (topology.balancerDriver == "none"
        ? ["no load balancer: requests that are in flight when a node is stopped are lost"] : [])
      + (unprobed.isEmpty
        ? [] : ["no healthURL for \(unprobed): only the process is looked at"])
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
    var seen: Set<String> = []
    return nodes.flatMap(\.groups).filter { seen.insert($0).inserted }
  }

  /// Whether a gate stands anywhere in its upgrade.
  var hasHooks: Bool {
    !hooks.isEmpty || nodes.contains { !$0.hooks.isEmpty } || groupSettings.values.contains { !$0.hooks.isEmpty }
  }

  /// The names of the load balancers' drivers, as in `nginx, haproxy`; `none` where the topology has no load balancer.
  public var balancerDriver: String {
    Setting.drivers(of: loadBalancer, orAll: loadBalancers)
  }
}
