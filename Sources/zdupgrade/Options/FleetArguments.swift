import ArgumentParser
import Axway
import Upgrade

/// Which nodes are meant and how they are reached: all that a command needs that only looks after their locks.
struct FleetArguments: ParsableArguments {
  @Option(
    name: .customLong("config"), help: "The topology or blue-green file. (default: the vendor's reference topology)",
    completion: .file())
  var config: String?

  @Option(
    name: .customLong("log_dir"), help: "The folder of the logs, by which runs of this host are known.",
    completion: .directory)
  var logDir = "logs"

  @OptionGroup(title: "Secrets of the logins") var login: LoginSecretArguments

  @OptionGroup(title: "SSH") var ssh: SSHArguments

  /// The hosts that are meant, of whichever product.
  ///
  /// - Throws: `Failure` when the file cannot be read or is wrong.
  func fleet() throws(Failure) -> Fleet {
    guard let config else { return Topology.reference.fleet(file: nil) }
    guard !BlueGreenFile.isOne(config) else { return try BlueGreenFile.settings(config).fleet(file: config) }
    return try TopologyBuilder.topology(file: config).fleet(file: config)
  }

  /// How many nodes of `fleet` are asked at the same time; files can be open for that.
  ///
  /// - Throws: `Failure` of kind `.refused` when this process may not have enough files open.
  func forks(for fleet: Fleet) throws(Failure) -> Int {
    let forks = ControlNode.this.forks(for: fleet.hosts.count)
    try ControlNode.makeRoom(for: fleet.hosts.count, forks: forks)
    return forks
  }

  /// How the nodes of `fleet` are logged in to.
  ///
  /// - Throws: `Failure` when a secret cannot be read.
  func logins(for fleet: Fleet) throws(Failure) -> Logins {
    try Logins(ssh, secrets: login, for: fleet)
  }
}
