import Axway
import FoundationEssentials
import Upgrade

/// The lab's `topology.json`, ready for `zdupgrade --config`.
struct LabTopologyFile: Sendable {
  let lab: LabDescription
  /// The user whom the SSH servers let in.
  let user: String
  /// What the driver needs to know of the load balancer.
  let loadBalancer: Setting

  /// What it says.
  var topology: Topology {
    Topology(nodes: lab.nodes.map(node), loadBalancer: loadBalancer)
  }

  func write() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(topology), as: UTF8.self)
    try TextFile.write(text + "\n", to: lab.layout.topology)
  }

  private func node(_ node: LabNode) -> Topology.Node {
    let layout = lab.layout
    return Topology.Node(
      name: node.name, host: node.host, nodeManager: node.nodeManager,
      instances: node.instances.map {
        Topology.Instance(name: $0.name, group: $0.group, healthURL: "\(node.url(of: $0))/healthcheck")
      },
      ssh: Topology.SSH(
        address: node.address, port: node.sshPort, user: user, identityFile: layout.userKey,
        knownHostsFile: layout.knownHosts),
      oldInstallDir: lab.installDir(.old, of: node.name), newInstallDir: lab.installDir(.new, of: node.name),
      loadBalancerServer: node.address)
  }
}
