import Axway
import FoundationEssentials
import Upgrade

/// Changes a lab's topology file.
enum TopologyEdit {
  /// `text` with another load balancer.
  static func balancer(in text: String, _ setting: [String: Setting]) throws -> String {
    let topology = try read(text)
    return try self.text(Topology(nodes: topology.nodes, ssh: topology.ssh, loadBalancer: .object(setting)))
  }

  /// `text` with the node `name` changed.
  static func node(
    in text: String, _ name: String, _ change: (Topology.Node) -> Topology.Node
  ) throws -> String {
    let topology = try read(text)
    return try self.text(
      Topology(
        nodes: topology.nodes.map { $0.name == name ? change($0) : $0 }, ssh: topology.ssh,
        loadBalancer: topology.loadBalancer))
  }

  private static func read(_ text: String) throws -> Topology {
    try JSONDecoder().decode(Topology.self, from: Data(text.utf8))
  }

  private static func text(_ topology: Topology) throws -> String {
    String(decoding: try JSONEncoder().encode(topology), as: UTF8.self) + "\n"
  }
}

extension SpoiltFiles {
  /// Changes the node `name` in the topology file at `path`.
  func editTopology(_ path: String, _ name: String, _ change: (Topology.Node) -> Topology.Node) throws {
    try edit(path) { try TopologyEdit.node(in: $0, name, change) }
  }
}

extension Topology.Node {
  /// The same node with its commands run as `user`.
  func becoming(_ user: String) -> Topology.Node {
    var ssh = self.ssh
    ssh.become = user
    return changed(host: host, ssh: ssh)
  }

  /// The same node under another host name, at the same address.
  func onHost(_ host: String) -> Topology.Node { changed(host: host, ssh: ssh) }

  private func changed(host: String, ssh: SSHSettings) -> Topology.Node {
    Topology.Node(
      name: name, host: host, nodeManager: nodeManager, instances: instances, ssh: ssh, oldInstallDir: oldInstallDir,
      newInstallDir: newInstallDir, loadBalancerServer: loadBalancerServer)
  }
}
