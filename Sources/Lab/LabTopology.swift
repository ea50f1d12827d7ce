import Axway

/// The topologies that labs have when no file gives one.
public enum LabTopology {
  /// How many nodes a lab may have.
  public static let nodeLimits = 1...50

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

  /// A, B, ... Z, AA, AB, ...
  private static func letters(_ index: Int) -> String {
    let last = String(UnicodeScalar(UInt8(ascii: "A") + UInt8(index % 26)))
    return index < 26 ? last : letters(index / 26 - 1) + last
  }
}
