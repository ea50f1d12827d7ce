import ArgumentParser
import Axway
import Upgrade

/// All options that `run` and `plan` share.
struct RollArguments: ParsableArguments {
  @OptionGroup(title: "Upgrade") var upgrade: UpgradeArguments
  @OptionGroup(title: "Waves") var waves: WaveArguments
  @OptionGroup(title: "Change window") var window: WindowArguments
  @OptionGroup(title: "Probe") var probe: ProbeArguments
  @OptionGroup(title: "Secrets") var secrets: SecretArguments
  @OptionGroup(title: "SSH") var ssh: SSHArguments

  /// The options as the planner takes them.
  ///
  /// - Throws: `Failure` of kind `.refused` that names the option.
  func options() throws(Failure) -> UpgradeOptions {
    let hasPassword = try secrets.hasCassandraPassword(username: upgrade.cassandraUsername)
    var options = try upgrade.options(hasCassandraPassword: hasPassword)
    options.waves = try waves.options()
    return options
  }
}
