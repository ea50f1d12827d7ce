import Upgrade

/// What follows from a domain's own topology for a topology file, and what does not: the API knows neither how a node is
/// reached, nor where a gateway answers, nor what stands in front of it.
public struct DiscoveredDomain: Sendable, Hashable {
  /// The nodes, in the order of the answer; each is named by its host.
  public let nodes: [Topology.Node]
  /// What the operator should know, a sentence each.
  public let notes: [String]

  /// The nodes of `domain`, which `source` has told.
  ///
  /// - Parameter pattern: gives the health check of an instance that is alone on its host; nil for none.
  /// - Throws: `Failure` of kind `.refused` for a domain that no upgrade can begin with.
  public init(_ domain: DomainTopology, from source: String, healthURL pattern: HealthURLPattern?) throws(Failure) {
    var notes: [String] = []
    try Self.check(domain, source, &notes)
    var nodes: [Topology.Node] = []
    for host in domain.hosts {
      guard let kind = try Self.nodeManager(on: host, in: domain, source, &notes) else { continue }
      let instances = Self.instances(on: host, in: domain, pattern, &notes)
      guard kind == .admin || !instances.isEmpty else {
        notes.append(
          "host '\(host.name)' has a plain Node Manager and no instance in use: left out, since there is nothing on it to "
            + "upgrade while traffic flows; upgrade it by hand")
        continue
      }
      if OptionRules.isLocal(host.name), domain.hosts.count > 1 {
        notes.append(
          "'\(host.name)' is every machine's name for itself: give ssh.address of that node, or it is looked for here")
      }
      let name = Self.name(for: host.name, besides: nodes.map(\.name))
      nodes.append(Topology.Node(name: name, host: host.name, nodeManager: kind, instances: instances))
    }
    guard nodes.contains(where: { $0.nodeManager == .admin }) else {
      throw Failure(
        .refused, "\(source): no Node Manager of the domain has the tag internal_admin_nm",
        remedy: "ask the domain's Admin Node Manager; give its host as --anm_host")
    }
    self.nodes = nodes
    self.notes = notes
  }

  /// - Throws: `Failure` for what cannot be made sense of.
  private static func check(_ domain: DomainTopology, _ source: String, _ notes: inout [String]) throws(Failure) {
    var ids: Set<String> = []
    var names: Set<String> = []
    var services: Set<[String]> = []
    for (index, host) in domain.hosts.enumerated() {
      let place = "\(source): result.hosts[\(index)]"
      guard isHostName(host.name) else {
        throw Failure(.refused, "\(place).name: \(quoted(host.name)) is no host name")
      }
      guard ids.insert(host.id).inserted else {
        throw Failure(.refused, "\(place).id: \(quoted(host.id)) is there twice")
      }
      guard names.insert(host.name).inserted else {
        throw Failure(.refused, "\(place).name: '\(host.name)' is there twice")
      }
    }
    for group in domain.groups {
      for service in group.services {
        guard ids.contains(service.hostID) else {
          throw Failure(
            .refused,
            "\(source): \(quoted(service.name)) of \(quoted(group.name)) is on \(quoted(service.hostID)), which is none "
              + "of its hosts")
        }
        let isNew = services.insert([service.hostID, group.name, service.name]).inserted
        guard isNew || service.type == "nodemanager" else {
          throw Failure(
            .refused, "\(source): \(quoted(service.name)) of \(quoted(group.name)) is there twice on one host")
        }
        guard !["nodemanager", "gateway"].contains(service.type) else { continue }
        notes.append("'\(service.name)' of '\(group.name)' is a service of type '\(service.type)', which is left out")
      }
    }
  }

  /// A name from the answer, as it can be shown.
  private static func quoted(_ name: String) -> String { "'\(PlainText.oneLine(name))'" }

  /// Whether `name` can be a host's name or address, and is safe wherever that is shown.
  public static func isHostName(_ name: String) -> Bool {
    let isPlain = name.unicodeScalars.allSatisfy { scalar in
      let isInvisible = [.control, .format, .lineSeparator, .paragraphSeparator].contains(
        scalar.properties.generalCategory)
      return !isInvisible && !scalar.properties.isWhitespace && scalar != "/"
    }
    return isPlain && !name.hasPrefix("-") && name.utf8.count <= 253
  }

  /// The kind of the Node Manager on `host`; nil where the host has nothing at all.
  private static func nodeManager(
    on host: DomainTopology.Host, in domain: DomainTopology, _ source: String, _ notes: inout [String]
  ) throws(Failure) -> Topology.NodeManager? {
    let services = domain.groups.flatMap(\.services).filter { $0.hostID == host.id }
    let managers = services.filter { $0.type == "nodemanager" }
    guard let manager = managers.first else {
      guard services.contains(where: { $0.type == "gateway" }) else {
        notes.append("host '\(host.name)' has neither a Node Manager nor an instance: left out")
        return nil
      }
      throw Failure(
        .refused, "\(source): host '\(host.name)' has instances, but no Node Manager",
        remedy: "register its Node Manager (managedomain), or write the topology file by hand")
    }
    guard managers.count == 1 else {
      throw Failure(
        .refused, "\(source): host '\(host.name)' has \(managers.count) Node Managers; zdupgrade upgrades one a host",
        remedy: "remove those that are there no more (managedomain), or write the topology file by hand")
    }
    if !manager.isEnabled {
      notes.append("the Node Manager on '\(host.name)' is disabled in the domain; it must run when the upgrade begins")
    }
    return manager.isAdmin ? .admin : .node
  }

  private static func instances(
    on host: DomainTopology.Host, in domain: DomainTopology, _ pattern: HealthURLPattern?, _ notes: inout [String]
  ) -> [Topology.Instance] {
    let all = domain.groups.flatMap { group in
      group.services.filter { $0.type == "gateway" && $0.hostID == host.id }.map { (group.name, $0) }
    }
    for (group, service) in all where !service.isEnabled {
      notes.append(
        "'\(service.name)' of '\(group)' on '\(host.name)' is disabled in the domain: left out; add it where its process runs"
      )
    }
    let enabled = all.filter(\.1.isEnabled)
    let url = enabled.count == 1 ? pattern?.url(for: host.name) : nil
    return enabled.map { Topology.Instance(name: $1.name, group: $0, healthURL: url) }
  }

  /// What to know of the health checks of `nodes`: the API has the management ports alone, and the ports of the traffic
  /// follow from policies.
  public static func healthNotes(_ nodes: [Topology.Node], _ pattern: HealthURLPattern?) -> [String] {
    let guessed = nodes.filter { node in
      node.instances.contains { $0.healthURL != nil && $0.healthURL == pattern?.url(for: node.host) }
    }.map(\.name)
    let without = nodes.filter { $0.instances.contains { $0.healthURL == nil } }.map(\.name)
    return
      (guessed.isEmpty
      ? []
      : ["the healthURL of \(guessed.listed) is guessed by --health_url: see that it answers 200"])
      + (without.isEmpty
        ? []
        : [
          "no healthURL on \(without.listed): the domain does not know where its gateways answer; add them, like "
            + HealthURLPattern.usual + (pattern == nil ? " (or give --health_url)" : "")
        ])
  }

  /// A name for the node on `host` that none of `others` has, and that can be the name of its log folder.
  static func name(for host: String, besides others: [String]) -> String {
    let isOther = host == "." || host == ".." || RunID(host) != nil
    let name = isOther ? "host-\(host)" : host
    let numbered = [name] + (2...(others.count + 2)).map { "\(name)-\($0)" }
    return numbered.first { !others.contains($0) } ?? name
  }
}
