import Axway
import FoundationEssentials
import Upgrade

/// The lab's `topology.json`, ready for `zdupgrade --config`.
struct LabTopologyFile: Sendable {
  let lab: LabDescription
  /// The user whom the SSH servers let in.
  let user: String
  /// What the driver needs to know of the load balancer; nil where it is not told of it.
  let loadBalancer: Setting?
  /// What more it has than nodes and groups; nil for a health check of every instance, and nothing else.
  var like: Topology?

  /// What it says.
  var topology: Topology {
    Topology(
      nodes: lab.nodes.map(node), loadBalancer: loadBalancer, groupSettings: like?.groupSettings ?? [:],
      hooks: like?.hooks ?? [])
  }

  func write() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(topology.setting()), as: UTF8.self)
    try TextFile.write(text + "\n", to: lab.layout.topology)
  }

  private func node(_ node: LabNode) -> Topology.Node {
    let layout = lab.layout
    let own = like?.nodes.first { $0.name == node.name }
    func hasHealthCheck(_ instance: LabInstance) -> Bool {
      own?.instances.contains { $0.name == instance.name && $0.group == instance.group && $0.healthURL != nil } ?? true
    }
    return Topology.Node(
      name: node.name, host: node.host, nodeManager: node.nodeManager,
      instances: node.instances.map {
        Topology.Instance(
          name: $0.name, group: $0.group, healthURL: hasHealthCheck($0) ? "\(node.url(of: $0))/healthcheck" : nil)
      },
      ssh: Topology.SSH(
        address: node.address, port: node.sshPort, user: user, identityFile: layout.userKey,
        knownHostsFile: layout.knownHosts),
      oldInstallDir: lab.installDir(.old, of: node.name), newInstallDir: lab.installDir(.new, of: node.name),
      loadBalancerServer: node.address, hooks: own?.hooks ?? [])
  }
}
