import ArgumentParser
import Axway
import Upgrade

/// All options that `run` and `plan` share.
struct RollArguments: ParsableArguments {
  @OptionGroup(title: "Upgrade") var upgrade: UpgradeArguments
  @OptionGroup(title: "Waves") var waves: WaveArguments
  @OptionGroup(title: "Change window") var window: WindowArguments
  @OptionGroup(title: "Probe") var probe: ProbeArguments
  @OptionGroup(title: "Notifications") var notify: NotifyArguments
  @OptionGroup(title: "Secrets") var secrets: SecretArguments
  @OptionGroup(title: "SSH") var ssh: SSHArguments

  @Flag(name: .customLong("all_nodes"), help: .allNodes)
  var showsAllNodes = false

  /// The options as the planner takes them, for `nodes` nodes.
  ///
  /// - Throws: `Failure` of kind `.refused` that names the option.
  func options(for nodes: Int) throws(Failure) -> UpgradeOptions {
    let hasPassword = try secrets.hasCassandraPassword(username: upgrade.cassandraUsername)
    var options = try upgrade.options(
      hasCassandraPassword: hasPassword, forks: ControlNode.this.forks(for: nodes))
    options.waves = try waves.options()
    return options
  }
}

extension ArgumentHelp {
  /// What `--all_nodes` does, wherever it is.
  static let allNodes: ArgumentHelp = "Show each node; else more than \(FleetSize.readable) are folded by group."
}
