import Records
import Upgrade

/// Sees to it that a run has its nodes for itself: first among the runs of its own log folder, where the answer is at
/// hand, then by the locks on the nodes, which alone exclude the others.
enum FleetLock {
  /// Takes `locks` for the run of `origin`, whose journal is in `logDir`; `forks` nodes are asked at the same time.
  ///
  /// - Returns: the nodes that could not be asked, which nothing may be done to.
  /// - Throws: `Failure` of kind `.lockHeld` that says which run has a node; `.refused` where a node cannot be locked.
  static func take(
    _ locks: NodeLocks, for origin: RunOrigin, in logDir: String, forks: Int,
    takingOver takeOver: NodeLocks.TakeOver = .nobody
  ) async throws(Failure) -> [Problem] {
    // Of two that begin at once only the later one yields here; the locks on the nodes decide about all others.
    for other in RunLife.others(than: origin.run, in: logDir) where other.run < origin.run {
      let nodes = origin.nodesShared(with: other)
      guard !nodes.isEmpty else { continue }
      throw Failure(
        .lockHeld,
        "run \(other.run) of \(other.user)@\(other.host) (process \(other.processID)) has had "
          + "\(nodes.joined(separator: ", ")) in hand since \(UTCText.text(other.run.time))",
        remedy: "wait until it has ended; 'zdupgrade logs \(other.run) --log_dir "
          + "\(ShellQuoting.quote(logDir))' shows what it does")
    }
    let unreachable = try await locks.take(takingOver: takeOver, forks: forks)
    return origin.nodes.compactMap { node in
      unreachable[node].map { Problem(node: node, "cannot be locked: \($0.message)", remedy: $0.remedy ?? Self.remedy) }
    }
  }

  private static let remedy = "check ssh.address and ssh.port of the node, and that its sshd runs"

  /// Those of `unlocked` whose nodes no other problem names.
  static func unnamed(_ unlocked: [Problem], in problems: [Problem]) -> [Problem] {
    unlocked.filter { problem in !problems.contains { $0.node == problem.node } }
  }
}

extension LockHolder {
  /// The process of `origin`.
  init(_ origin: RunOrigin, _ reason: String) {
    self.init(host: origin.host, user: origin.user, processID: origin.processID, reason: reason)
  }
}
