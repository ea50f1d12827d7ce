/// Something that happens to an upgrade of a crash test, at one point of it.
public enum CrashFault: String, Sendable, Hashable, CaseIterable {
  /// `zdupgrade` is killed with SIGKILL as soon as its journal holds an entry, and resumed.
  case kill
  /// The same, and every resumed `zdupgrade` is killed too, a number of entries later.
  case killAgain = "kill-again"
  /// The SSH server of the node in hand is killed with its sessions, and started again a second later.
  case sshd
  /// Nothing gets to the node in hand, and nothing from it, for some seconds.
  case address
  /// The load balancer is killed, and started again two seconds later.
  case balancer
  /// The disk with the logs is full until `zdupgrade` has ended.
  case diskControl = "disk-control"
  /// The disk with the home of the node in hand is full until `zdupgrade` has ended.
  case diskNode = "disk-node"
  /// A node's clock is an hour off, on one node after the other.
  case clock

  /// What a point of it counts.
  var pointTitle: String {
    switch self {
    case .kill: "entry"
    case .killAgain: "every so many entries:"
    case .sshd, .address, .balancer, .diskControl, .diskNode: "step"
    case .clock: "node"
    }
  }
}
