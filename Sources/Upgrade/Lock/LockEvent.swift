/// What becomes of the locks of a run.
public enum LockEvent: Sendable, Hashable, Codable {
  /// These nodes are the run's.
  case taken([String])
  /// A node is not the run's any more; why.
  case lost(node: String, reason: String)
  /// These nodes are free again.
  case released([String])
  /// A lock is left behind on a node; why, and what removes it.
  case left(node: String, reason: String)

  /// The event in words.
  var line: String {
    switch self {
    case .taken(let nodes): "locked for this run: \(nodes.listed)"
    case .lost(let node, let reason): "\(node):   LOCK LOST: \(reason)"
    case .released(let nodes): "free again: \(nodes.listed)"
    case .left(let node, let reason): "\(node):   its lock is left behind: \(reason)"
    }
  }

  /// Whether something went wrong.
  var isFailure: Bool {
    switch self {
    case .taken, .released: false
    case .lost, .left: true
    }
  }
}
