import Upgrade

/// What an operator needs to know of a lab that has just started.
public struct LabGuide: Sendable {
  private let lab: Lab

  /// The guide to `lab`.
  public init(lab: Lab) { self.lab = lab }

  /// The arguments of `zdupgrade` for this lab, without the program; the logs go into the lab's folder.
  public static func arguments(for lab: Lab, logs: String) -> [String] {
    let first = lab.description.nodes.first?.name ?? ""
    let layout = lab.description.layout
    // The one place for what zdupgrade needs to be told in a lab: also for the demo, the load test and the tests.
    return [
      "run", "--config", lab.topologyFile, "--old_install_dir", layout.installation(.old, of: first),
      "--new_install_dir", layout.installation(.new, of: first), "--cass_host", "cassandra.lab", "--username",
      lab.description.username, "--password_file", lab.passwordFile, "--domain_passphrase_file",
      lab.domainPassphraseFile, "--startup_time", "30", "--shutdown_time", "10", "--log_dir", logs,
    ] + interruptedGroups(lab).flatMap { ["--accept_downtime", $0] }
  }

  /// The groups that one node alone serves: an upgrade interrupts them, and the operator has to agree to that.
  private static func interruptedGroups(_ lab: Lab) -> [String] {
    lab.description.groups.map(\.name).filter { name in
      lab.description.nodes.filter { $0.groups.contains(name) }.count == 1
    }
  }

  /// The text.
  public var text: String {
    let quoted = Self.arguments(for: lab, logs: "\(lab.directory)/logs").map(ShellQuoting.quote)
    let balancers = lab.description.groups.map { "  \($0.url)/  \($0.name)" }
    let directory = ShellQuoting.quote(lab.directory)
    return """
      lab: \(lab.directory)
      topology: \(lab.topologyFile)
      load balancer:
      \(balancers.joined(separator: "\n"))
      upgrade it:
        zdupgrade \(quoted.joined(separator: " "))
      look at it: zdulab status \(directory); zdulab versions \(directory)
      end it: zdulab down \(directory)
      """
  }
}
