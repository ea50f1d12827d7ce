import ArgumentParser
import Axway
import Upgrade

/// The options of an upgrade, by the names of the vendor's scripts and of `sysupgrade`.
struct UpgradeArguments: ParsableArguments {
  @Option(name: .customLong("old_install_dir"), help: "The old installation on the nodes, like /opt/Axway-7.5.3.")
  var oldInstallDir: String?

  @Option(name: .customLong("new_install_dir"), help: "The new installation on the nodes, like /opt/Axway-7.7.")
  var newInstallDir: String?

  @Option(
    name: .customLong("config"), help: "The topology file. (default: the vendor's reference topology)",
    completion: .file())
  var config: String?

  @Option(
    name: .customLong("anm_host"),
    help: "The host of the Admin Node Manager to begin with. (default: the first one of the topology)")
  var anmHost: String?

  @Option(name: .customLong("username"), help: "The administrator's name.")
  var username = "admin"

  @Option(name: .customLong("cass_host"), help: "An address of Cassandra that every node can reach.")
  var cassandraHost: String?

  @Option(name: .customLong("cass_port"), help: "Cassandra's port.")
  var cassandraPort: Int?

  @Option(name: .customLong("cass_username"), help: "Cassandra's user.")
  var cassandraUsername: String?

  @Flag(name: .customLong("no_cassandra"), help: "The domain has no Cassandra.")
  var hasNoCassandra = false

  @Option(name: .customLong("sign_alg"), help: "How the new certificates are signed: sha1, sha256, sha384 or sha512.")
  var signatureAlgorithm: UpgradeOptions.SignatureAlgorithm?

  @Option(
    name: .customLong("subj_alt_name"), parsing: .singleValue,
    help: "A subject alternative name of the new certificates; may be repeated.")
  var subjectAlternativeNames: [String] = []

  @Flag(name: .customLong("skip_db_upgrade"), help: "Leave the tables of external databases alone.")
  var skipsDatabaseUpgrade = false

  @Option(name: .customLong("tracelevel"), help: "How much sysupgrade logs: DEBUG, INFO or VERBOSE.")
  var traceLevel: UpgradeOptions.TraceLevel?

  @Option(
    name: .customLong("startup_time"),
    help: "Seconds within which a started process must run and be healthy; it is polled, not slept.")
  var startupTime = 30

  @Option(name: .customLong("shutdown_time"), help: "Seconds within which a stopped process must have ended; polled.")
  var shutdownTime = 10

  @Option(name: .customLong("drain_time"), help: "Seconds within which no request may be in flight any more; polled.")
  var drainTime = 300

  @Option(
    name: .customLong("on_drain_timeout"),
    help: "What follows then: abort (the node is put back) or force (it is stopped; what is in flight is lost).")
  var onDrainTimeout = DrainTimeout.abort

  @Option(name: .customLong("step_time"), help: "Seconds that one export, upgrade or apply may take.")
  var stepTime = 3600

  @Option(
    name: .customLong("reconnect_time"),
    help: "Seconds for which a node that is not reached any more is tried again; its command goes on meanwhile.")
  var reconnectTime = 600

  @Option(
    name: .customLong("forks"),
    help: "How many nodes are worked on at the same time, but for taking them out. (default: by cores and open files)")
  var forks: Int?

  /// The topology that is meant.
  ///
  /// - Throws: `Failure` when the file cannot be read or is wrong.
  func topology() throws(Failure) -> Topology {
    guard let config else { return .reference }
    return try TopologyBuilder.topology(file: config)
  }

  /// The options as the planner takes them.
  ///
  /// - Parameters:
  ///   - standard: how many nodes are worked on at the same time where that is not given.
  /// - Throws: `Failure` of kind `.refused` that names the option.
  func options(hasCassandraPassword: Bool, forks standard: Int) throws(Failure) -> UpgradeOptions {
    var options = UpgradeOptions()
    options.oldInstallDir = try InstallDir.given(oldInstallDir, as: "--old_install_dir")
    options.newInstallDir = try InstallDir.given(newInstallDir, as: "--new_install_dir")
    options.anmHost = try text(anmHost, "--anm_host")
    options.username = try text(username, "--username") ?? username
    options.cassandra.host = try text(cassandraHost, "--cass_host")
    options.cassandra.port = try cassandraPort.map { port throws(Failure) in try number(port, "--cass_port", 1...65535)
    }
    options.cassandra.username = try text(cassandraUsername, "--cass_username")
    options.cassandra.hasPassword = hasCassandraPassword
    options.cassandra.isAbsent = hasNoCassandra
    options.signatureAlgorithm = signatureAlgorithm
    for name in subjectAlternativeNames {
      options.subjectAlternativeNames.append(try text(name, "--subj_alt_name") ?? name)
    }
    options.skipsDatabaseUpgrade = skipsDatabaseUpgrade
    options.traceLevel = traceLevel
    options.startupTime = try number(startupTime, "--startup_time", 1...86_400)
    options.shutdownTime = try number(shutdownTime, "--shutdown_time", 1...86_400)
    options.drainTime = try number(drainTime, "--drain_time", 0...86_400)
    options.onDrainTimeout = onDrainTimeout
    options.stepTime = try number(stepTime, "--step_time", 1...604_800)
    options.reconnectTime = try number(reconnectTime, "--reconnect_time", 0...86_400)
    options.forks = try forks.map { forks throws(Failure) in try number(forks, "--forks", 1...1000) } ?? standard
    return options
  }

  private func text(_ text: String?, _ option: String) throws(Failure) -> String? {
    guard let text else { return nil }
    guard !text.isEmpty else { throw Failure(.refused, "\(option): is empty; leave the option out or give a value") }
    return text
  }

  private func number(_ number: Int, _ option: String, _ range: ClosedRange<Int>) throws(Failure) -> Int {
    guard range.contains(number) else {
      throw Failure(.refused, "\(option): is \(number), must be \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }
}

extension UpgradeOptions.TraceLevel: ExpressibleByArgument {}
extension UpgradeOptions.SignatureAlgorithm: ExpressibleByArgument {}
extension DrainTimeout: ExpressibleByArgument {}
extension RollbackPolicy: ExpressibleByArgument {}
