import TestDoubles
import Upgrade

@testable import Axway

/// Makes a random case from a seed.
struct ScenarioMaker {
  private static let groups = ["g", "h", "k"]
  private var random: SplitMix64
  private let seed: UInt64
  private let isCalm: Bool

  init(seed: UInt64) {
    self.seed = seed
    random = SplitMix64(seed: seed)
    isCalm = random.happens(150)
  }

  /// The case of this maker's seed.
  mutating func scenario() throws -> Scenario {
    let topology = topology()
    let options = options(topology)
    let balancerTells = random.happens(750)
    let members = members(topology, canBeDown: balancerTells)
    let planner = try Planner(topology, options)
    var commands: [String: [String: FleetCommand]] = [:]
    for (node, builder) in try planner.builders() {
      commands[node.name] = try FleetCommand.all(node, builder) { command in
        try builder.command(command, node).invocation(with: Scenario.secrets).text
      }
    }
    return Scenario(
      seed: seed, topology: topology, options: options, members: members, commands: commands,
      first: try planner.builders()[0].node.name,
      faults: FaultPlan(seed: random.next(), permille: isCalm ? 0 : random.one(of: [0, 3, 10, 30, 80])),
      triggers: isCalm ? [] : triggers(topology), reaction: random.one(of: BreachReaction.allCases),
      policy: random.one(of: [.all, .all, .node, .none]), balancerTells: balancerTells,
      pollsUntilDrained: random.number(1...2), isPatient: isCalm || random.happens(800))
  }

  private mutating func topology() -> Topology {
    let count = min(random.number(1...8), random.number(1...8))
    let groups = Array(Self.groups.prefix(random.number(1...3)))
    let nodes = (0..<count).map { node($0, groups) }
    var settings: [String: Topology.GroupSettings] = [:]
    for group in groups where random.happens(400) {
      settings[group] = Topology.GroupSettings(capacity: rule(), hooks: gates([.beforeNode, .afterNode]))
    }
    let hooks = gates(Gate.Point.allCases)
    return Topology(nodes: nodes, groupSettings: settings, hooks: hooks)
  }

  private mutating func node(_ index: Int, _ groups: [String]) -> Topology.Node {
    let name = "N\(index)"
    let instances = (0..<random.one(of: [0, 1, 1, 1, 1, 2])).map { number in
      Topology.Instance(
        name: "i\(number)", group: random.one(of: groups),
        healthURL: random.happens(800) ? "http://\(name)/i\(number)" : nil)
    }
    return Topology.Node(
      name: name, host: name.lowercased(), nodeManager: index == 0 || random.happens(300) ? .admin : .node,
      instances: instances, hooks: random.happens(50) ? gates([.beforeNode, .afterNode]) : [])
  }

  private mutating func rule() -> CapacityRule {
    let amount = random.happens(500) ? Amount.count(random.number(0...3)) : .percent(random.number(0...100))
    return random.happens(500) ? .minAvailable(amount) : .maxUnavailable(amount)
  }

  private mutating func gates(_ points: [Gate.Point]) -> [Gate] {
    guard random.happens(150) else { return [] }
    return [
      Gate(
        random.one(of: points), command: ["/gate"], retryFor: random.one(of: [0, 0, 5]), interval: 5,
        onFailure: random.one(of: Gate.FailureReaction.allCases))
    ]
  }

  private mutating func options(_ topology: Topology) -> UpgradeOptions {
    var options = UpgradeOptions()
    options.oldInstallDir = "/old"
    options.newInstallDir = "/new"
    options.startupTime = 2
    options.shutdownTime = 1
    options.drainTime = 2
    options.onDrainTimeout = random.one(of: [.abort, .abort, .force])
    options.forks = random.number(1...8)
    options.anmHost = random.happens(200) ? topology.nodes.last { $0.nodeManager == .admin }?.host : nil
    options.waves.maxUnavailable = random.one(of: [.count(1), .count(2), .count(3), .percent(50)])
    let names = topology.nodes.map(\.name)
    if random.happens(300) { options.waves.canary = random.one(of: names) }
    if random.happens(300) { options.waves.bake = random.number(1...12) }
    if random.happens(200) { options.waves.pauseAfter = [random.one(of: names)] }
    let isLenient = random.happens(850)
    options.waves.acceptedDowntime = topology.groups.filter { group in
      let isAlone = topology.nodes.count { $0.groups.contains(group) } == 1
      return isAlone ? isLenient : random.happens(150)
    }
    return options
  }

  private mutating func members(_ topology: Topology, canBeDown: Bool) -> [FleetMember] {
    let begun = random.happens(150)
    return topology.nodes.map { node in
      let isDown = canBeDown && !node.instances.isEmpty && random.happens(70)
      let sick: Set<CommandBuilder.Installation> = !isCalm && random.happens(40) ? [.new] : []
      return FleetMember(
        node, isFoundDown: isDown, load: random.number(0...3), isStuck: !isCalm && random.happens(30),
        sysupgrade: begun ? random.one(of: [.notStarted, .exported, .upgraded]) : .notStarted,
        sick: isDown ? sick.union([.old]) : sick)
    }
  }

  private mutating func triggers(_ topology: Topology) -> [Scenario.Trigger] {
    let count = random.one(of: [0, 0, 1, 1, 2])
    let names = topology.nodes.map(\.name)
    return (0..<count).map { _ in
      let act: Scenario.Trigger.Act = random.one(of: [
        .breach, .breach, .stop, .die(random.one(of: names)), .fallSick(random.one(of: names)),
      ])
      return Scenario.Trigger(event: random.number(1...(names.count * 70)), act: act)
    }
  }
}

extension CommandBuilder {
  /// The command of that meaning.
  fileprivate func command(_ meaning: FleetCommand, _ node: Topology.Node) -> Command {
    switch meaning {
    case .export: return export
    case .upgrade: return upgrade
    case .apply: return apply
    case .service(let process, let service):
      let instance = node.instances.first { $0.name == process.instance }
      return instance.map { self.instance($0, process.installation, service) }
        ?? nodeManager(process.installation, service)
    case .look(let process):
      let instance = node.instances.first { $0.name == process.instance }
      return instance.map { instanceProcess($0, process.installation) } ?? nodeManagerProcess(process.installation)
    }
  }
}
