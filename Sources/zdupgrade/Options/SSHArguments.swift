import ArgumentParser

/// How nodes are logged in to, beyond what the topology file says.
struct SSHArguments: ParsableArguments {
  /// What to do about a host that `known_hosts` does not know; a key that differs is always fatal.
  enum HostKeyChecking: String, ExpressibleByArgument, CaseIterable {
    case strict
    case acceptNew = "accept-new"
  }

  @Option(
    name: .customLong("host_key_checking"),
    help: "strict: an unknown host is refused; accept-new: its key is taken down. A key that differs is always refused."
  )
  var hostKeyChecking = HostKeyChecking.strict

  @Option(name: .customLong("connect_time"), help: "Seconds within which a node must be connected and logged in to.")
  var connectTime = 20
}
