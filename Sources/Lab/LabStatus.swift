/// What runs in a lab now, node by node.
public struct LabStatus: Sendable, Hashable {
  /// One node.
  public struct Node: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// Whether its SSH server runs.
    public let hasSSH: Bool
    /// The processes of the old installation that run, the Node Manager among them.
    public let oldProcesses: Int
    /// The processes of the new installation that run.
    public let newProcesses: Int
    /// How many processes an installation has.
    public let processCount: Int
    /// As `sysupgrade status` puts it.
    public let upgrade: String
    /// How often each command of `sysupgrade` was run, and each process started and stopped, in both installations.
    public let acts: [Act]
  }

  /// Something that was done on a node.
  public struct Act: Sendable, Hashable {
    /// `old` or `new`: the installation.
    public let side: String
    /// What was done: a command of `sysupgrade`, or `start` or `stop` and the process.
    public let name: String
    /// How often it was begun.
    public let begun: Int
    /// How often it succeeded.
    public let completed: Int
  }

  /// The nodes, in the order of the topology.
  public let nodes: [Node]

  /// Looks at `lab`; asks nothing over the network.
  public init(of lab: Lab) {
    let description = lab.description
    nodes = description.nodes.map { node in
      let old = Installation(.old, of: node, in: description)
      let new = Installation(.new, of: node, in: description)
      return Node(
        name: node.name, hasSSH: !SSHServer.processes(in: description.layout.sshd(node.name)).isEmpty,
        oldProcesses: old.runningServices.count, newProcesses: new.runningServices.count,
        processCount: old.services.count, upgrade: UpgradeProgress(of: new).phrase,
        acts: Self.acts(old) + Self.acts(new))
    }
  }

  private static func acts(_ installation: Installation) -> [Act] {
    installation.acts.counts.map { name, counts in
      Act(
        side: installation.side.rawValue, name: name, begun: counts[.begun, default: 0],
        completed: counts[.completed, default: 0])
    }.sorted { $0.name < $1.name }
  }

  /// What was done on the nodes, as a table.
  public var actsTable: String {
    PlainTable(
      header: ["NODE", "INSTALLATION", "ACT", "BEGUN", "COMPLETED"],
      rows: nodes.flatMap { node in
        node.acts.map { [node.name, $0.side, $0.name, "\($0.begun)", "\($0.completed)"] }
      }
    ).text
  }

  /// The nodes as a table.
  public var table: String {
    PlainTable(
      header: ["NODE", "SSHD", "OLD", "NEW", "SYSUPGRADE"],
      rows: nodes.map { node in
        [
          node.name, node.hasSSH ? "up" : "down", "\(node.oldProcesses)/\(node.processCount)",
          "\(node.newProcesses)/\(node.processCount)", node.upgrade,
        ]
      }
    ).text
  }
}
