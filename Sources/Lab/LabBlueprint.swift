import Axway
import Glibc
import Upgrade

/// Chooses addresses and ports, so that a topology becomes the description of a lab.
struct LabBlueprint: Sendable {
  let options: LabOptions
  let directory: String

  /// The description; SSH ports are still 0.
  ///
  /// Every node has a loopback address of its own, which needs no set-up on Linux: 127.A.B.C, A and B by chance for each
  /// lab (more than 250 nodes have several B). Outgoing connections come from 127.0.0.1, so a port found free there stays
  /// free but for bad luck.
  func description() throws -> LabDescription {
    let (first, second) = (Int.random(in: 1...254), Int.random(in: 0...255))
    let nodes = try options.topology.nodes.enumerated().map { index, node in
      let address = "127.\(first).\((second + index / 250) % 256).\(index % 250 + 1)"
      let ports = try Self.ports(on: address, count: node.instances.count + 1)
      return LabNode(
        name: node.name, host: node.host, nodeManager: node.nodeManager, address: address, sshPort: 0,
        managementPort: ports[0],
        instances: zip(node.instances, ports.dropFirst()).map { LabInstance(name: $0.name, group: $0.group, port: $1) })
    }
    return LabDescription(
      directory: directory, program: options.program, oldVersion: options.oldVersion, newVersion: options.newVersion,
      username: options.username, shutdownDelay: options.shutdownDelay, balancer: options.balancer, nodes: nodes,
      groups: try groups(of: nodes, network: "127.\(first).\(second)"),
      cassandra: try cassandra(network: "127.\(first).\(second)"))
  }

  private func groups(of nodes: [LabNode], network: String) throws -> [LabGroup] {
    let balancer = "\(network).254"
    let ports = try Self.ports(on: balancer, count: Set(nodes.flatMap(\.groups)).count)
    return LabGroup.all(of: nodes) { "http://\(balancer):\(ports[$0])" }
  }

  private func cassandra(network: String) throws(Failure) -> LabCassandra {
    let address = "\(network).253"
    return LabCassandra(address: address, port: try LoopbackPort.free(at: address))
  }

  private static func ports(on address: String, count: Int) throws -> [Int] {
    var ports: [Int] = []
    while ports.count < count {
      let port = try LoopbackPort.free(at: address)
      if !ports.contains(port) { ports.append(port) }
    }
    return ports
  }
}
