/// What befalls the container of a node.
public enum ContainerFault: String, Sendable, Hashable, CaseIterable {
  /// All its processes are frozen; its system still answers for them, as that of a machine that hangs.
  case pause
  /// All its processes are killed, as by a power cut.
  case kill
  /// It loses its network.
  case disconnect

  /// What has befallen it, in words.
  var past: String {
    switch self {
    case .pause: "paused"
    case .kill: "killed"
    case .disconnect: "disconnected from its network"
    }
  }

  /// What the operator does about it, in words.
  var cure: String {
    switch self {
    case .pause: "goes on"
    case .kill: "is started again"
    case .disconnect: "is connected again"
    }
  }
}
