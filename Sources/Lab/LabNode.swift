import Axway

/// One machine of a lab: a loopback address of its own with an SSH server and two installations.
public struct LabNode: Sendable, Hashable, Codable {
  /// The node's name, as in the topology.
  public let name: String
  /// The host name as the domain's topology has it. It is not in DNS: everything connects to `address`.
  public let host: String
  /// The kind of its Node Manager.
  public let nodeManager: Topology.NodeManager
  /// Its loopback address.
  public let address: String
  /// The SSH server's TCP port.
  public var sshPort: Int
  /// The Node Manager's TCP port, the same for the old and the new one.
  public let managementPort: Int
  /// Its API Gateway instances.
  public let instances: [LabInstance]

  /// The URL of the Node Manager.
  public var managementURL: String { "https://\(address):\(managementPort)" }

  /// The groups of its instances, each once.
  public var groups: [String] {
    var seen: [String] = []
    for instance in instances where !seen.contains(instance.group) { seen.append(instance.group) }
    return seen
  }

  /// The base URL of `instance`, which the old and the new one share.
  public func url(of instance: LabInstance) -> String { "http://\(address):\(instance.port)" }
}
