/// What the machine that zdupgrade runs on lets it do at the same time. Pure: who makes one has looked at the machine.
///
/// Not covered: memory, of which a node takes a few hundred KiB, and processor time, of which the nodes' end takes more.
public struct ControlNode: Sendable, Hashable {
  /// What is open for each node at most: its connection (two where a proxy command carries it), its log, and a health
  /// check that is kept open.
  static let filesPerNode = 4
  /// What is open for a node only while something is begun on it, like files of known hosts and keys.
  static let filesPerFork = 2
  /// What is open whatever the fleet: the records, the load balancers, the traffic probe, and each core's event loops.
  static func ownFiles(_ cores: Int) -> Int { 64 + 8 * cores }

  /// The number of its processor cores.
  public let cores: Int
  /// How many files and connections a process may have open.
  public let openFiles: Int

  /// A machine.
  public init(cores: Int, openFiles: Int) {
    self.cores = max(1, cores)
    self.openFiles = openFiles
  }

  /// How many of `nodes` are worked on at the same time where the operator does not say it: as many as the cores can log
  /// in to without delaying each other, since logging in is what costs this machine most, and no more than files can be
  /// open. At least one; at most 256, so that a first Admin Node Manager that all exports ask is not overrun.
  public func forks(for nodes: Int) -> Int {
    let free = openFiles - Self.ownFiles(cores) - nodes * Self.filesPerNode
    return max(1, min(max(32, 16 * cores), 256, free / Self.filesPerFork))
  }

  /// How many files and connections are open at most when `forks` of `nodes` are worked on at the same time.
  public func filesNeeded(for nodes: Int, forks: Int) -> Int {
    Self.ownFiles(cores) + nodes * Self.filesPerNode + min(nodes, forks) * Self.filesPerFork
  }

  /// Sees that so many files can be open.
  ///
  /// - Throws: `Failure` of kind `.refused` that says what to run.
  public func check(_ nodes: Int, forks: Int) throws(Failure) {
    let needed = filesNeeded(for: nodes, forks: forks)
    guard openFiles < needed else { return }
    let bare = filesNeeded(for: nodes, forks: 1)
    throw Failure(
      .refused,
      "\(nodes) nodes: up to \(needed) files and connections are open at once, and this process may have \(openFiles)",
      remedy: "raise the hard limit: 'ulimit -n \(needed)' as root, nofile in /etc/security/limits.conf, or "
        + "LimitNOFILE=\(needed) where systemd starts it" + (openFiles >= bare ? "; or give a smaller --forks" : ""))
  }
}
