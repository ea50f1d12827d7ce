import Upgrade

/// What must be true of all nodes together, judged by what each has said. Pure.
struct FleetChecks: Sendable {
  let topology: Topology
  /// What the nodes have said that could be asked.
  let facts: [String: NodeFacts]
  let versions: [String: InstallationChecks.Versions]

  /// All of them.
  var all: [Check] { [sameVersions, domainTopology] + groupConsistency }

  private var asked: [String] { topology.nodes.map(\.name).filter { facts[$0] != nil } }

  /// Several Admin Node Managers have the same file; the first one that shows it speaks for all.
  private var domain: DomainTopology? {
    asked.lazy.compactMap { facts[$0]?.topology }.compactMap(DomainTopology.init(json:)).first
  }

  private var sameVersions: Check {
    let found = asked.map { (name: $0, pair: InstallationChecks.parsed(versions[$0] ?? [:])) }
    guard !found.isEmpty else { return Check(.sameVersions, on: Check.all, .skipped, "no node could be asked") }
    let old = Self.spread(found.map { ($0.name, $0.pair.old) })
    let new = Self.spread(found.map { ($0.name, $0.pair.new) })
    guard !old.isEmpty || !new.isEmpty else {
      return Check(.sameVersions, on: Check.all, .skipped, "no installation says its version")
    }
    let odd = [("old", old), ("new", new)].filter { $0.1.count > 1 }
    guard !odd.isEmpty else {
      let text = [("old", old), ("new", new)].map { "\($0.0) \($0.1.first?.text ?? "unknown")" }.joined(separator: ", ")
      return Check(.sameVersions, on: Check.all, .pass, "\(text) on \(found.map(\.name).listed)")
    }
    let text = odd.map { side, versions in
      "\(side): " + versions.map { "\($0.text) on \($0.nodes.listed)" }.joined(separator: ", ")
    }.joined(separator: "; ")
    // Another service pack may be on its way; another version is another product.
    let isFatal = Set(new.map(\.numbers)).count > 1
    return Check(
      .sameVersions, on: Check.all, isFatal ? .fail : .warn, text,
      remedy: "install the same version and service pack on every node before the upgrade begins")
  }

  private static func spread(
    _ versions: [(String, ProductVersion?)]
  ) -> [(text: String, numbers: [Int], nodes: [String])] {
    var spread: [(text: String, numbers: [Int], nodes: [String])] = []
    for (node, version) in versions {
      guard let version else { continue }
      if let index = spread.firstIndex(where: { $0.text == version.text }) {
        spread[index].nodes.append(node)
      } else {
        spread.append((version.text, version.numbers, [node]))
      }
    }
    return spread
  }

  /// `--anm_host` must be the exact name that the domain has, and a node that is forgotten is not upgraded.
  private var domainTopology: Check {
    guard let domain else {
      return Check(
        .topology, on: Check.all, .skipped, "no Admin Node Manager's groups/topology.json could be read")
    }
    let differences = domain.differences(from: topology)
    guard !differences.isEmpty else {
      return Check(
        .topology, on: Check.all, .pass, "hosts, groups and instances are those of the domain's groups/topology.json")
    }
    return Check(
      .topology, on: Check.all, .fail, differences.joined(separator: "; "),
      remedy: "give the topology file the names that the domain has (groups/topology.json, or the Topology API)")
  }

  /// The vendor's export refuses groups whose gateways have different configurations deployed.
  private var groupConsistency: [Check] {
    let names = Dictionary((domain?.groups ?? []).compactMap { group in group.id.map { ($0, group.name) } }) {
      first, _ in first
    }
    let folders = Set(asked.flatMap { facts[$0].map { Array($0.groupSums.keys) } ?? [] }).sorted()
    var differing: [String] = []
    var compared: [String] = []
    for folder in folders {
      let members = asked.filter { node in
        facts[node]?.groupSums[folder] != nil && names[folder].map { serves(node, $0) } ?? true
      }
      guard members.count > 1 else { continue }
      let bySum = Dictionary(grouping: members) { facts[$0]?.groupSums[folder] ?? "" }
      let name = names[folder].map { "'\($0)' (\(folder))" } ?? folder
      compared.append(name)
      guard bySum.count > 1 else { continue }
      let parts = bySum.values.sorted { ($0.count, $1[0]) > ($1.count, $0[0]) }.map { $0.listed }
      differing.append("\(name): \(parts.joined(separator: " and ")) have different configurations")
    }
    guard !differing.isEmpty else {
      let seen =
        compared.isEmpty ? "no group is on several nodes" : "one configuration on all nodes of \(compared.listed)"
      return [Check(.groupConsistency, on: Check.all, .pass, seen)]
    }
    return differing.map {
      Check(
        .groupConsistency, on: Check.all, .warn, $0,
        remedy: "deploy one configuration to the group (Policy Studio, or API Gateway Manager): export refuses a group "
          + "that is inconsistent")
    }
  }

  private func serves(_ node: String, _ group: String) -> Bool {
    topology.nodes.first { $0.name == node }?.groups.contains(group) == true
  }
}

extension FleetChecks {
  /// `checks` with what is the same on every node told once: a balancer that nobody can ask, and nodes' clocks that agree
  /// with each other but not with this machine's.
  static func folded(_ checks: [Check], _ facts: [String: NodeFacts]) -> [Check] {
    foldedClocks(foldedBalancer(checks), facts)
  }

  private static func foldedBalancer(_ checks: [Check]) -> [Check] {
    let balancer = checks.filter { $0.check == .loadBalancer }
    guard balancer.count > 1, let first = balancer.first, first.result == .fail,
      balancer.allSatisfy({ ($0.result, $0.evidence) == (first.result, first.evidence) })
    else { return checks }
    return replacing(.loadBalancer, in: checks) {
      Check(.loadBalancer, on: Check.controlNode, first.result, first.evidence, remedy: first.remedy)
    }
  }

  private static func foldedClocks(_ checks: [Check], _ facts: [String: NodeFacts]) -> [Check] {
    let clocks = checks.filter { $0.check == .clock && $0.result != .skipped }
    let skews = facts.values.compactMap { $0.clock?.skew }
    guard clocks.count > 1, clocks.allSatisfy({ $0.result == .warn || $0.result == .fail }),
      skews.count == clocks.count, let least = skews.min(), let most = skews.max(),
      most - least <= 2 * SurroundingsChecks.tolerated
    else { return checks }
    let middle = (least + most) / 2
    return replacing(.clock, in: checks) {
      Check(
        .clock, on: Check.controlNode, .warn,
        "this machine's clock is \(Int(abs(middle).rounded())) s \(middle > 0 ? "behind" : "ahead of") that of all nodes, "
          + "which agree", remedy: "have NTP set it: change windows and logs go by it")
    }
  }

  private static func replacing(_ id: CheckID, in checks: [Check], by one: () -> Check) -> [Check] {
    [one()] + checks.filter { $0.check != id || $0.result == .skipped }
  }
}
