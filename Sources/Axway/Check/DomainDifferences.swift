// The domain as an installation has it in `groups/topology.json`, in the words of the vendor's Topology API.
extension DomainTopology {
  /// The domain in the file's text; nil where that has another form.
  init?(json: String) {
    guard let domain = try? DomainTopology(file: Array(json.utf8), from: "topology.json") else { return nil }
    self = domain
  }

  /// In what `topology` says otherwise, a phrase each.
  func differences(from topology: Topology) -> [String] {
    let known = Dictionary(hosts.map { ($0.name, $0.id) }) { first, _ in first }
    let wanted = Set(topology.nodes.map(\.host))
    return topology.nodes.flatMap { node -> [String] in
      guard let id = known[node.host] else {
        return ["\(node.name): the domain has no host '\(node.host)', but \(hosts.map(\.name).listed)"]
      }
      return differences(of: node, id)
    } + hosts.filter { !wanted.contains($0.name) }.map { "host '\($0.name)' of the domain is no node of the file" }
  }

  private func differences(of node: Topology.Node, _ id: String) -> [String] {
    let services = groups.flatMap { group in group.services.filter { $0.hostID == id }.map { (group.name, $0) } }
    let isAdmin = services.contains { $1.type == "nodemanager" && $1.isAdmin }
    let theirs = Set(services.filter { $0.1.type == "gateway" }.map { "'\($0.1.name)' of '\($0.0)'" })
    let ours = Set(node.instances.map { "'\($0.name)' of '\($0.group)'" })
    let kind =
      isAdmin == (node.nodeManager == .admin)
      ? [] : ["\(node.name): has \(isAdmin ? "an Admin" : "no Admin") Node Manager in the domain"]
    return kind + theirs.subtracting(ours).sorted().map { "\(node.name): instance \($0) is missing in the file" }
      + ours.subtracting(theirs).sorted().map { "\(node.name): the domain has no instance \($0)" }
  }
}
