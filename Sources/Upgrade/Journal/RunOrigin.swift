/// Which run a journal is of, who runs it and from where: its first entry.
public struct RunOrigin: Sendable, Hashable, Codable {
  /// The run.
  public let run: RunID
  /// The version of zdupgrade.
  public let version: String
  /// The control node's host name.
  public let host: String
  /// The process on that host.
  public let processID: Int32
  /// The user it runs as.
  public let user: String
  /// The nodes of the topology, in its order.
  public let nodes: [String]
  /// Their host names, in the same order; nil in journals of versions that did not write them down.
  public let hosts: [String]?

  /// An origin.
  public init(
    run: RunID, version: String, host: String, processID: Int32, user: String, nodes: [String], hosts: [String]? = nil
  ) {
    self.run = run
    self.version = version
    self.host = host
    self.processID = processID
    self.user = user
    self.nodes = nodes
    self.hosts = hosts
  }

  /// The nodes that `other` means too: those on the same hosts, or else of the same names.
  public func nodesShared(with other: RunOrigin) -> [String] {
    guard let hosts, let others = other.hosts, hosts.count == nodes.count else {
      return nodes.filter(other.nodes.contains)
    }
    return zip(nodes, hosts).filter { others.contains($0.1) }.map(\.0)
  }
}
