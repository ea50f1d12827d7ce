/// Why the control node could not ask.
public enum ProbeObstacle: Error, Sendable, Hashable, Codable {
  /// This process or host has no file descriptor left.
  case noDescriptors
  /// No memory or buffers are left.
  case noMemory
  /// No local address or port is left for a connection.
  case noLocalPort
  /// The name service could not be asked, with what it said; that a name does not exist is a fault instead.
  case nameService(String)
  /// This process was not given its time (a busy or suspended machine), so the moment passed.
  case heldUp
  /// So many probes are still under way that one more would take what the upgrade itself needs.
  case tooManyUnderWay

  /// The obstacle in one phrase.
  public var text: String {
    switch self {
    case .noDescriptors: "no file descriptor is left on this host"
    case .noMemory: "no memory is left on this host"
    case .noLocalPort: "no local port is left on this host"
    case .nameService(let seen): "the name service gives no answer: \(seen)"
    case .heldUp: "this process was held up"
    case .tooManyUnderWay: "too many probes are still waiting for their answer"
    }
  }
}
