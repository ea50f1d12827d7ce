import Upgrade

/// Locks of which a test takes some away.
public actor ScriptedLock: RunLock {
  private var failures: [String: Failure] = [:]
  /// Before which acts it was asked, as `node: title`.
  public private(set) var asked: [String] = []

  /// All nodes are the run's.
  public init() {}

  /// Takes the lock of `node` away.
  public func lose(_ node: String) { failures[node] = Failure(.lockLost, "\(node) is another run's") }

  /// Cannot say from now on whose `node` is.
  public func blind(_ node: String) { failures[node] = Failure(.unreachable, "no route") }

  /// As it was told.
  public func confirm(_ act: Act, on node: Node) throws {
    asked.append("\(node.name): \(act.title)")
    if let failure = failures[node.name] { throw failure }
  }
}
