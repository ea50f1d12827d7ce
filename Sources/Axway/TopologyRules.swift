import Upgrade

/// What must be true of a topology beyond the types of its values.
enum TopologyRules {
  /// - Throws: `Failure` of kind `.refused` for the first rule that is broken.
  static func check(_ topology: Topology, file: String) throws(Failure) {
    try unique(topology.nodes.map(\.name), "name", file)
    try unique(topology.nodes.map(\.host), "host", file)
    try unique(topology.nodes.map(\.loadBalancerServer), "loadBalancerServer", file)
    guard topology.nodes.contains(where: { $0.nodeManager == .admin }) else {
      throw Failure(
        .refused, "\(file): nodes: none has \"nodeManager\": \"admin\"; the upgrade begins on an Admin Node Manager")
    }
    for (index, node) in topology.nodes.enumerated() where node.instances.isEmpty && node.nodeManager == .node {
      throw Failure(
        .refused, "\(file): nodes[\(index)].instances: is missing; only a node with an Admin Node Manager may have none"
      )
    }
    for group in topology.groupSettings.keys.sorted() where !topology.groups.contains(group) {
      let hint = NearMatch.hint(for: group, among: topology.groups)
      throw Failure(.refused, "\(file): groups: no node has an instance in '\(group)'\(hint)")
    }
    for (index, node) in topology.nodes.enumerated() {
      guard let old = node.oldInstallDir, old == node.newInstallDir else { continue }
      throw Failure(.refused, "\(file): nodes[\(index)].newInstallDir: is the same folder as oldInstallDir")
    }
  }

  private static func unique(_ values: [String?], _ key: String, _ file: String) throws(Failure) {
    var first: [String: Int] = [:]
    for (index, value) in values.enumerated() {
      guard let value else { continue }
      if let earlier = first[value] {
        throw Failure(.refused, "\(file): nodes[\(index)].\(key): '\(value)' is that of nodes[\(earlier)] already")
      }
      first[value] = index
    }
  }
}
