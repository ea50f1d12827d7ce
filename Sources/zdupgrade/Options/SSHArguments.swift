import ArgumentParser
import SSH
import Upgrade

/// How nodes are logged in to, beyond what the topology file says.
struct SSHArguments: ParsableArguments {
  @Option(
    name: .customLong("host_key_checking"),
    help:
      "strict: an unknown host is refused; accept-new: its key is kept. A key that differs is always refused. (default: as the SSH configuration says, else strict)"
  )
  var hostKeyPolicy: HostKeyPolicy?

  @Option(
    name: .customLong("connect_time"),
    help:
      "Seconds within which each address of a node must accept the connection. (default: as the SSH configuration says, else 10)"
  )
  var connectTime: Int?

  @Option(
    name: .customLong("ssh_config"),
    help: "The SSH configuration to read in place of ~/.ssh/config and the system's; none for none at all.",
    completion: .file())
  var configFile: String?

  @Flag(
    name: .customLong("channel_per_command"),
    help:
      "Give each command an SSH channel of its own. Without it, a Perl process on the node runs short commands one after another, where there is Perl."
  )
  var hasChannelPerCommand = false
}

extension HostKeyPolicy: ExpressibleByArgument {}
