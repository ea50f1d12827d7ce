import Axway

/// What the Node Manager's Topology API answers (spec section 10): hosts, groups and services of the domain.
struct TopologyAnswer: Sendable, Encodable {
  struct Host: Sendable, Encodable {
    let id: String
    let name: String
  }

  struct Service: Sendable, Encodable {
    let id: String
    let name: String
    let type: String
    let scheme: String
    let hostID: String
    let managementPort: Int
    let tags: [String: String]
    let enabled: Bool
  }

  struct Group: Sendable, Encodable {
    let id: String
    let name: String
    let tags: [String: String]
    let services: [Service]
  }

  struct Content: Sendable, Encodable {
    let id = "00000000-0000-4000-8000-000000000000"
    let version = 2
    let timestamp = 1_428_938_393_531
    let productVersion: String
    let hosts: [Host]
    let groups: [Group]
    let fips = false
    /// All services once more, as the vendor's documentation shows it.
    let services: [Service]
  }

  let result: Content

  init(lab: LabDescription, version: String) {
    var names: [String] = []
    for name in lab.nodes.flatMap(\.groups) where !names.contains(name) { names.append(name) }
    let managers = lab.nodes.indices.map { Self.nodeManager($0, lab.nodes[$0]) }
    let groups = names.enumerated().map { index, name in
      Group(id: "group-\(index + 2)", name: name, tags: [:], services: Self.instances(of: name, in: lab))
    }
    let all = [Group(id: "group-1", name: "Node Manager Group", tags: [:], services: managers)] + groups
    result = Content(
      productVersion: version,
      hosts: lab.nodes.enumerated().map { Host(id: "host-\($0 + 1)", name: $1.host) },
      groups: all, services: all.flatMap(\.services))
  }

  private static func nodeManager(_ index: Int, _ node: LabNode) -> Service {
    Service(
      id: "nodemanager-\(index + 1)", name: "Node Manager on \(node.host)", type: "nodemanager", scheme: "https",
      hostID: "host-\(index + 1)", managementPort: node.managementPort,
      tags: node.nodeManager == .admin ? ["internal_admin_nm": "true"] : [:], enabled: true)
  }

  private static func instances(of group: String, in lab: LabDescription) -> [Service] {
    let members = lab.nodes.enumerated().flatMap { index, node in
      node.instances.filter { $0.group == group }.map { (index, $0) }
    }
    return members.enumerated().map { number, member in
      Service(
        id: "instance-\(number + 1)", name: member.1.name, type: "gateway", scheme: "https",
        hostID: "host-\(member.0 + 1)", managementPort: member.1.port, tags: [:], enabled: true)
    }
  }
}
