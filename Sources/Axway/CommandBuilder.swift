import Upgrade

/// Makes the command lines of one node (the original's `command_builder`). Pure: values in, commands out.
///
/// Source: the vendor's `sysupgrade` reference and its documentation of `startinstance` and `nodemanager`.
public struct CommandBuilder: Sendable {
  /// Which of the two installations.
  public enum Installation: String, Sendable {
    case old
    case new
  }

  /// What `startinstance` and `nodemanager` are asked to do.
  public enum Service: String, Sendable {
    /// Start; returns when it is running.
    case start = "-d"
    /// Stop; returns when it has ended.
    case stop = "-k"
    /// Exits 0 if it is running and 1 if not.
    case status = "-s"
  }

  private let options: UpgradeOptions
  private let anmHost: String
  private let oldGateway: String
  private let newGateway: String

  /// A builder for `node`.
  ///
  /// - Throws: `Failure` of kind `.refused` when neither the options nor the node name an installation.
  public init(_ node: Topology.Node, _ options: UpgradeOptions, anmHost: String) throws(Failure) {
    guard let old = node.oldInstallDir ?? options.oldInstallDir else { throw Self.missing("old", node) }
    guard let new = node.newInstallDir ?? options.newInstallDir else { throw Self.missing("new", node) }
    guard old != new else {
      throw Failure(.refused, "\(node.name): the old and the new installation are the same folder, \(old)")
    }
    self.options = options
    self.anmHost = anmHost
    oldGateway = old + "/apigateway"
    newGateway = new + "/apigateway"
  }

  private static func missing(_ which: String, _ node: Topology.Node) -> Failure {
    Failure(
      .refused,
      "\(node.name): no \(which) installation; give --\(which)_install_dir, or \(which)InstallDir of the node in the topology"
    )
  }

  /// The `apigateway` folder of an installation.
  public func gateway(_ installation: Installation) -> String {
    installation == .old ? oldGateway : newGateway
  }

  /// `sysupgrade export`.
  public var export: Command {
    sysupgrade(
      "export",
      option("--old_install_dir", oldGateway) + option("--anm_host", anmHost) + option("--username", options.username)
        + secret("--password", .password))
  }

  /// `sysupgrade upgrade`.
  public var upgrade: Command {
    let cassandra = options.cassandra
    return sysupgrade(
      "upgrade",
      (cassandra.isAbsent ? flag("--no_cassandra") : [])
        + option("--cass_host", cassandra.host) + option("--cass_port", cassandra.port.map(String.init))
        + option("--cass_username", cassandra.username)
        + (cassandra.hasPassword ? secret("--cass_password", .cassandraPassword) : [])
        + option("--tracelevel", options.traceLevel?.rawValue))
  }

  /// `sysupgrade apply`.
  public var apply: Command {
    sysupgrade(
      "apply",
      option("--anm_host", anmHost) + secret("--domain_passphrase", .domainPassphrase)
        + option("--username", options.username) + secret("--password", .password)
        + option("--sign_alg", options.signatureAlgorithm?.rawValue)
        + options.subjectAlternativeNames.flatMap { option("--subj_alt_name", $0) }
        + (options.skipsDatabaseUpgrade ? flag("--skip_db_upgrade") : [])
        + option("--tracelevel", options.traceLevel?.rawValue))
  }

  /// `sysupgrade status`.
  public var status: Command { sysupgrade("status", []) }

  /// `sysupgrade clean`: only ever shown, never issued; it destroys what apply has made.
  public var clean: Command { sysupgrade("clean", []) }

  /// Starts, stops or asks after the Node Manager of an installation.
  public func nodeManager(_ installation: Installation, _ service: Service) -> Command {
    Command("\(gateway(installation))/posix/bin/nodemanager", service.rawValue)
  }

  /// Starts, stops or asks after an instance of an installation.
  public func instance(_ instance: Topology.Instance, _ installation: Installation, _ service: Service) -> Command {
    Command(
      words: [.text("\(gateway(installation))/posix/bin/startinstance")]
        + [attached("-n", instance.name), attached("-g", instance.group), [service.rawValue]].joined().map(
          Command.Word.text))
  }

  /// Prints those of the programs that the upgrade needs which are missing or may not be run.
  public var missingPrograms: Command {
    Command.script(
      #"for program do [ -x "$program" ] || printf '%s\n' "$program"; done"#,
      [oldGateway, newGateway].flatMap { ["\($0)/posix/bin/nodemanager", "\($0)/posix/bin/startinstance"] }
        + ["\(newGateway)/upgrade/bin/sysupgrade"])
  }

  /// Whether a process of an installation's Node Manager is there: for a `nodemanager` that does not know `-s`.
  public func nodeManagerProcess(_ installation: Installation) -> Command {
    Command.script(ProcessScripts.isRunning, [gateway(installation), "nodemanager"])
  }

  /// Whether a process of an instance is there: for an installation that does not know the instance, as one that was
  /// never applied.
  public func instanceProcess(_ instance: Topology.Instance, _ installation: Installation) -> Command {
    Command.script(ProcessScripts.isRunning, [gateway(installation), instance.name])
  }

  private func sysupgrade(_ command: String, _ arguments: [Command.Word]) -> Command {
    let folder = "\(newGateway)/upgrade/bin"
    return Command(in: folder, words: [.text("\(folder)/sysupgrade"), .text(command)] + arguments)
  }

  /// A value that begins with a dash is attached to its option, or it would be taken for one.
  private func option(_ name: String, _ value: String?) -> [Command.Word] {
    guard let value else { return [] }
    return value.hasPrefix("-") ? [.text("\(name)=\(value)")] : [.text(name), .text(value)]
  }

  private func attached(_ name: String, _ value: String) -> [String] {
    value.hasPrefix("-") ? [name + value] : [name, value]
  }

  private func secret(_ name: String, _ secret: SecretName) -> [Command.Word] { [.text(name), .secret(secret)] }

  private func flag(_ name: String) -> [Command.Word] { [.text(name)] }
}
