import Axway
import Upgrade

/// The command line of the rehearsed run: of the operator's options those that shape the plan and what follows a failure,
/// one by one, so that no address, file, secret or command of the real world can slip in.
struct RehearsedArguments {
  /// The arguments, behind `run` and what the lab knows itself. Each value is attached to its option, whatever it begins
  /// with.
  let list: [String]

  /// The arguments for these options, in which is baked for `bake` seconds.
  init(_ roll: RollArguments, _ options: UpgradeOptions, _ rollback: RollbackPolicy, bake: Int, isProbed: Bool) {
    let (upgrade, waves, probe) = (roll.upgrade, options.waves, roll.probe)
    func option(_ name: String, _ value: (some CustomStringConvertible)?) -> [String] {
      value.map { ["--\(name)=\($0)"] } ?? []
    }
    func flag(_ name: String, _ isSet: Bool) -> [String] { isSet ? ["--\(name)"] : [] }
    let sysupgrade =
      option("anm_host", options.anmHost) + option("username", options.username)
      + option("cass_host", options.cassandra.host) + option("cass_port", options.cassandra.port)
      + option("cass_username", options.cassandra.username) + flag("no_cassandra", options.cassandra.isAbsent)
      + option("sign_alg", options.signatureAlgorithm?.rawValue)
      + options.subjectAlternativeNames.flatMap { option("subj_alt_name", $0) }
      + flag("skip_db_upgrade", options.skipsDatabaseUpgrade) + option("tracelevel", options.traceLevel?.rawValue)
    let times =
      option("startup_time", options.startupTime) + option("shutdown_time", options.shutdownTime)
      + option("drain_time", options.drainTime) + option("on_drain_timeout", upgrade.onDrainTimeout.rawValue)
      + option("step_time", options.stepTime) + option("reconnect_time", options.reconnectTime)
      + option("forks", options.forks)
    let order =
      option("max_unavailable", waves.maxUnavailable) + option("canary", waves.canary) + option("bake", bake)
      + waves.pauseAfter.flatMap { option("pause_after", $0) }
      + waves.acceptedDowntime.flatMap { option("accept_downtime", $0) }
    let probes =
      option("probe_rate", probe.rate) + option("probe_timeout", probe.timeout)
      + option("max_failed_probes", probe.maxFailedProbes) + option("max_gap", probe.maxGap)
      + option("on_breach", probe.reaction?.rawValue)
    list =
      sysupgrade + times + order + (isProbed ? probes : []) + option("rollback", rollback.rawValue)
      + flag("channel_per_command", roll.ssh.hasChannelPerCommand) + ["--reason=zdupgrade rehearse", "--yes"]
  }
}
