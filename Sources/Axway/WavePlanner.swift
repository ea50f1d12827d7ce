import Upgrade

/// Decides which nodes are upgraded at the same time, and what becomes of their groups meanwhile. Pure.
struct WavePlanner: Sendable {
  private let topology: Topology
  private let options: WaveOptions
  /// The nodes, the first Admin Node Manager first.
  private let nodes: [Topology.Node]
  private let down: Set<String>
  private let groups: [String]
  /// The names of the nodes of each group.
  private let members: [String: [String]]

  /// A planner for `nodes`, of which those in `down` serve nobody now.
  init(_ topology: Topology, _ options: WaveOptions, nodes: [Topology.Node], down: Set<String> = []) {
    self.topology = topology
    self.options = options
    self.nodes = nodes
    self.down = down
    var members: [String: [String]] = [:]
    for node in topology.nodes { for group in node.groups { members[group, default: []].append(node.name) } }
    (groups, self.members) = (topology.groups, members)
  }

  /// How many nodes of each group must serve at any time.
  var floors: [String: Int] {
    Dictionary(
      uniqueKeysWithValues: groups.map { group in
        (group, rule(of: group).floor(ofGroup: size(of: group), isDowntimeAccepted: isAccepted(group)))
      })
  }

  /// The names of the nodes that are upgraded at the same time, wave by wave.
  ///
  /// The first Admin Node Manager goes alone, since nothing may be applied before it; then those that are down, which
  /// costs nobody anything, then the canary, alone, then the others in the order of the topology.
  var waves: [[String]] { nodeWaves.map { $0.map(\.name) } }

  /// The wave behind which is baked: the canary's, or else the first of which a node serves; nil when there is none.
  var bakedWave: Int? {
    guard options.bake > 0 else { return nil }
    let serving = Set(nodes.filter { !$0.instances.isEmpty }.map(\.name))
    return waves.firstIndex { wave in
      if let canary = options.canary { return wave.contains(canary) }
      return wave.contains(where: serving.contains)
    }
  }

  /// The groups with instances on one node only whose interruption is not accepted.
  var unacceptedGroups: [String] { groups.filter { size(of: $0) == 1 && !isAccepted($0) } }

  /// What would hurt a group more than its floor allows.
  var problems: [Problem] {
    CapacityForecast(nodes: topology.nodes.map(\.node), floors: floors, down: down).shortages(in: nodeWaves).map {
      problem($0)
    } + groups.compactMap(outage)
  }

  /// Where nobody serves already, an upgrade is not what is needed first.
  private func outage(of group: String) -> Problem? {
    let members = members[group] ?? []
    guard members.allSatisfy(down.contains) else { return nil }
    return Problem(
      node: nil, "nobody serves '\(group)': the load balancer has \(members.listed) down",
      remedy: "find out why, and mend it first")
  }

  /// What the operator should know of the groups.
  var notices: [String] {
    let floors = floors
    return groups.map { group in
      let size = size(of: group)
      guard size > 1 else {
        let acceptance = isAccepted(group) ? "which is accepted" : "which needs --accept_downtime or a yes"
        return "'\(group)' has instances on one node only: it is interrupted while that node is upgraded, \(acceptance)"
      }
      return "'\(group)': \(floors[group] ?? 0) of its \(size) nodes serve at any time"
        + (isAccepted(group) ? " (its interruption is accepted)" : "")
    }
      + nodes.filter { down.contains($0.name) }.map {
        "\($0.name): the load balancer has it down, so it goes as early as can be and has nothing to drain"
      }
  }

  private var nodeWaves: [[Node]] {
    guard let first = nodes.first else { return [] }
    let canary = nodes.dropFirst().filter { $0.name == options.canary && !down.contains($0.name) }
    let rest = nodes.dropFirst().filter { !down.contains($0.name) && $0.name != options.canary }
    let order = [first] + nodes.dropFirst().filter { down.contains($0.name) } + canary + rest
    let allowances = Dictionary(
      uniqueKeysWithValues: groups.map { group in
        let size = size(of: group)
        return (group, size - rule(of: group).floor(ofGroup: size))
      })
    return Waves(
      of: order.map(\.node), limit: options.maxUnavailable.roundedDown(of: nodes.count),
      alone: Set([first.name] + [options.canary].compactMap { $0 }), allowances: allowances
    ).all
  }

  private func size(of group: String) -> Int { members[group]?.count ?? 0 }
  private func rule(of group: String) -> CapacityRule { topology.groupSettings[group]?.capacity ?? .standard }
  private func isAccepted(_ group: String) -> Bool { options.acceptedDowntime.contains(group) }

  private func problem(_ shortage: CapacityForecast.Shortage) -> Problem {
    let accept = "accept the interruption with --accept_downtime \(ShellQuoting.quote(shortage.group))"
    let taken = shortage.taken.joined(separator: ", ")
    guard shortage.size > 1 else {
      return Problem(node: taken, "it alone serves '\(shortage.group)', which would be interrupted", remedy: accept)
    }
    let down = shortage.down.isEmpty ? "" : ", as \(shortage.down.listed) serves nobody"
    return Problem(
      node: taken,
      "cannot be taken out: \(shortage.left) of \(shortage.size) nodes would go on serving '\(shortage.group)', and "
        + "\(shortage.floor) must (\(rule(of: shortage.group)))\(down)",
      remedy: "bring nodes of the group back, ask for less in the topology's groups, or \(accept)")
  }
}
