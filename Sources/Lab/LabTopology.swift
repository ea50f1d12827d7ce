import Axway

/// The topologies that labs have when no file gives one.
public enum LabTopology {
  /// How many nodes a lab may have. Each takes three processes and some 10 MB of memory.
  public static let nodeLimits = 1...500

  /// A domain of `nodes` nodes: the vendor's reference topology for 3; otherwise the first one has an Admin Node Manager,
  /// all but the last are in `Gateway Group`, and the last is `GatewayManager Group` with an Admin Node Manager.
  public static func standard(nodes count: Int) -> Topology {
    Topology(
      nodes: (0..<count).map { index in
        let isManager = index == count - 1 && count > 1
        let name = "Node-\(letters(index))"
        return Topology.Node(
          name: name, host: "\(name.lowercased()).lab", nodeManager: index == 0 || isManager ? .admin : .node,
          instances: [
            isManager
              ? Topology.Instance(name: "GatewayManager-1", group: "GatewayManager Group")
              : Topology.Instance(name: "Gateway-\(index + 1)", group: "Gateway Group")
          ])
      })
  }

  /// A domain of `nodes` nodes in `groups` groups of instances, one after the other and as equal as can be; the first
  /// node of each group has an Admin Node Manager.
  public static func grouped(nodes count: Int, groups: Int) -> Topology {
    Topology(
      nodes: (0..<count).map { index in
        let group = index * groups / count
        let isFirst = index == 0 || (index - 1) * groups / count != group
        let name = "Node-\(letters(index))"
        return Topology.Node(
          name: name, host: "\(name.lowercased()).lab", nodeManager: isFirst ? .admin : .node,
          instances: [Topology.Instance(name: "Gateway-\(index + 1)", group: "Gateway Group \(group + 1)")])
      })
  }

  /// The same domain as it might be in a data centre, for plans: with addresses, health checks and a load balancer.
  public static func sample(nodes count: Int, groups: Int) -> Topology {
    let nodes = grouped(nodes: count, groups: groups).nodes.enumerated().map { index, node in
      let address = "10.0.\(index / 250).\(index % 250 + 1)"
      return Topology.Node(
        name: node.name, host: "\(node.name.lowercased()).example.com", nodeManager: node.nodeManager,
        instances: node.instances.map {
          Topology.Instance(name: $0.name, group: $0.group, healthURL: "http://\(address):8080/healthcheck")
        }, ssh: Topology.SSH(address: address, user: "axway"), loadBalancerServer: "\(address):8080")
    }
    return Topology(nodes: nodes)
  }

  /// A, B, ... Z, AA, AB, ...
  private static func letters(_ index: Int) -> String {
    let last = String(UnicodeScalar(UInt8(ascii: "A") + UInt8(index % 26)))
    return index < 26 ? last : letters(index / 26 - 1) + last
  }
}
