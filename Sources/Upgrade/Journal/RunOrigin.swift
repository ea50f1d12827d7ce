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

  /// An origin.
  public init(run: RunID, version: String, host: String, processID: Int32, user: String, nodes: [String]) {
    self.run = run
    self.version = version
    self.host = host
    self.processID = processID
    self.user = user
    self.nodes = nodes
  }
}
