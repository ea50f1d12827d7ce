import Upgrade

/// Chooses what is where in a lab of containers: every node has the ports that the product has by default, on an address of
/// its own.
struct ContainerBlueprint: Sendable {
  let options: LabOptions
  let network: ContainerNetwork

  static let sshPort = 22
  static let managementPort = 8090
  static let firstInstancePort = 8080

  /// The lab as the control node sees it, with its files in `directory`.
  ///
  /// - Throws: `Failure` of kind `.refused` where the network has too few addresses.
  func description(directory: String) throws -> LabDescription {
    guard options.topology.nodes.count <= ContainerNetwork.limit else {
      throw Failure(.refused, "a lab of containers has \(ContainerNetwork.limit) nodes at most")
    }
    let nodes = options.topology.nodes.enumerated().map { index, node in
      LabNode(
        name: node.name, host: node.host, nodeManager: node.nodeManager, address: network.node(index),
        sshPort: Self.sshPort, managementPort: Self.managementPort,
        instances: node.instances.enumerated().map {
          LabInstance(name: $1.name, group: $1.group, port: Self.port($0))
        })
    }
    var lab = LabDescription(
      directory: directory, program: options.program, oldVersion: options.oldVersion, newVersion: options.newVersion,
      username: "admin", shutdownDelay: options.shutdownDelay, balancer: options.balancer, nodes: nodes,
      groups: LabGroup.all(of: nodes) { "http://\(network.balancer):\(Self.port($0))" })
    lab.areNodesApart = true
    return lab
  }

  /// The port of the instance, or group, with this number: from 8080 on, without the Node Manager's.
  private static func port(_ index: Int) -> Int {
    let port = firstInstancePort + index
    return port < managementPort ? port : port + 1
  }
}
