import ArgumentParser
import SSH
import Upgrade

/// How nodes are logged in to, beyond what the topology file says.
struct SSHArguments: ParsableArguments {
  @Option(
    name: .customLong("host_key_checking"),
    help: "strict: an unknown host is refused; accept-new: its key is kept. A key that differs is always refused.")
  var hostKeyPolicy = HostKeyPolicy.strict

  @Option(
    name: .customLong("connect_time"), help: "Seconds within which each address of a node must accept the connection.")
  var connectTime = 10
}

extension HostKeyPolicy: ExpressibleByArgument {}
