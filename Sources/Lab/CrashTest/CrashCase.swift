import Axway
import Upgrade

/// What an upgrade of a crash test comes to when nothing disturbs it.
public enum CrashCase: String, Sendable, Hashable, CaseIterable {
  /// Every node is upgraded.
  case success
  /// `apply` fails on the second node, and all that was done is taken back.
  case rollback

  /// The exit code of `zdupgrade`.
  var exitCode: Int32 { self == .success ? 0 : Phase.apply.failure.code }

  /// The faults of the lab.
  func faults(_ topology: Topology) -> [String] {
    self == .rollback ? topology.nodes.dropFirst().prefix(1).map { "\($0.name):apply" } : []
  }
}
