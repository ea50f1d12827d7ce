import Upgrade

/// What an operator needs to know of a lab that has just started.
public struct LabGuide: Sendable {
  private let lab: Lab

  /// The guide to `lab`.
  public init(lab: Lab) { self.lab = lab }

  /// The arguments of `zdupgrade` for this lab, without the program; the logs go into the lab's folder.
  public static func arguments(for lab: Lab, logs: String) -> [String] { arguments(for: lab.description, logs: logs) }

  /// The arguments of `zdupgrade` for the lab that is described so.
  static func arguments(for lab: LabDescription, logs: String) -> [String] {
    let first = lab.nodes.first?.name ?? ""
    let layout = lab.layout
    // The one place for what zdupgrade needs to be told in a lab: also for the demo, the load test and the tests.
    return [
      "run", "--config", layout.topology, "--old_install_dir", lab.installDir(.old, of: first), "--new_install_dir",
      lab.installDir(.new, of: first), "--username", lab.username, "--password_file", layout.password,
      "--domain_passphrase_file", layout.domainPassphrase, "--startup_time", "30", "--shutdown_time", "10",
      "--log_dir", logs,
    ] + cassandra(of: lab) + acceptedDowntime(for: lab)
  }

  /// The options that name the lab's Cassandra.
  public static func cassandra(of lab: Lab) -> [String] { cassandra(of: lab.description) }

  private static func cassandra(of lab: LabDescription) -> [String] {
    guard let place = lab.cassandra else { return ["--cass_host", "cassandra.lab"] }
    return ["--cass_host", place.host, "--cass_port", "\(place.port)"]
  }

  /// The options that accept the interruption of the groups with a single instance.
  public static func acceptedDowntime(for lab: Lab) -> [String] { acceptedDowntime(for: lab.description) }

  private static func acceptedDowntime(for lab: LabDescription) -> [String] {
    lab.groups.filter { $0.instanceCount == 1 }.flatMap { ["--accept_downtime", $0.name] }
  }

  /// The arguments of `zdupgrade` that have it ask this lab's Admin Node Manager, without the program.
  public static func discovery(of lab: Lab) -> [String] {
    guard let manager = lab.description.nodes.first(where: { $0.nodeManager == .admin }) else { return [] }
    return [
      "discover", "--anm_host", manager.address, "--anm_port", "\(manager.managementPort)", "--username",
      lab.description.username, "--password_file", lab.passwordFile, "--ca_file", lab.certificateFile, "--config",
      lab.topologyFile,
    ]
  }

  /// The text.
  public var text: String {
    let quoted = Self.arguments(for: lab, logs: "\(lab.directory)/logs").map(ShellQuoting.quote)
    let balancers = lab.description.groups.map { "  \($0.url)/  \($0.name)" }
    let discovery = Self.discovery(of: lab).map(ShellQuoting.quote)
    let directory = ShellQuoting.quote(lab.directory)
    return """
      lab: \(lab.directory)
      topology: \(lab.topologyFile)
      load balancer:
      \(balancers.joined(separator: "\n"))
      upgrade it:
        zdupgrade \(quoted.joined(separator: " "))
      ask its Admin Node Manager:
        zdupgrade \(discovery.joined(separator: " "))
      or look first whether it may be: the same with 'check' for 'run'; zdulab seed \(directory) makes it find something
      look at it: zdulab status \(directory); zdulab versions \(directory)
      end it: zdulab down \(directory)
      """
  }
}
