import ArgumentParser
import Foundation
import Upgrade
import WebMethods

/// The options that `bluegreen run` and `bluegreen plan` share.
struct BlueGreenArguments: ParsableArguments {
  @Option(name: .customLong("config"), help: "The blue-green file.", completion: .file())
  var config: String

  @Option(
    name: .customLong("on_drain_timeout"),
    help: "What follows when requests are still in flight at the end of timeouts.drain: abort or force.")
  var onDrainTimeout = DrainTimeout.abort

  @OptionGroup(title: "Probe") var probe: ProbeArguments
  @OptionGroup(title: "Notifications") var notify: NotifyArguments
  @OptionGroup(title: "SSH, for commands of yours on the nodes") var ssh: SSHArguments
  @OptionGroup(title: "Secrets of the logins") var login: LoginSecretArguments

  /// What they mean: the file's content with all that can be seen to be wrong found.
  struct Meaning {
    let settings: BlueGreenSettings
    let fleet: Fleet
    let planner: BlueGreenPlanner
    let probes: ProbeSetup
  }

  /// What they mean; nothing is asked for or connected to.
  ///
  /// - Throws: `Failure` that names the option, or the file and the key.
  func meaning() throws(Failure) -> Meaning {
    let settings = try BlueGreenFile.settings(config)
    let fleet = settings.fleet(file: config)
    try Assembly.check(fleet)
    let targets = try ProbeSetting.targets(of: settings.probes, file: config) {
      FileManager.default.contents(atPath: $0).map { [UInt8]($0) }
    }
    return Meaning(
      settings: settings, fleet: fleet,
      planner: BlueGreenPlanner(settings, file: config, onDrainTimeout: onDrainTimeout),
      probes: try probe.setup(targets))
  }

  /// What is ordered by these `arguments`; what is to be asked for is asked for.
  ///
  /// - Parameter forData: whether data may still be copied.
  /// - Throws: `Failure` for what is wrong with it.
  func order(
    _ arguments: [String], rollback: RollbackPolicy = .all, reason: String = "", logDir: String = "",
    forData: Bool = true
  ) throws(Failure) -> BlueGreenOrder {
    let meaning = try meaning()
    return BlueGreenOrder(
      arguments: arguments, file: config, settings: meaning.settings,
      options: .init(onDrainTimeout: onDrainTimeout.rawValue, rollback: rollback.rawValue), planner: meaning.planner,
      passwords: try BlueGreenPasswords(meaning.settings, forData: forData), probes: meaning.probes,
      notices: try notify.targets(),
      logins: try Logins(ssh, secrets: login, for: meaning.fleet),
      rollback: rollback, reason: reason, logDir: logDir)
  }
}
