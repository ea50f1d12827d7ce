import Upgrade

/// The keys of the object `ssh` in a driver's settings: how the balancer's host is reached.
public enum RemoteKeys {
  /// The keys, as `ssh` of a node has them.
  public static let all = ["address", "port", "user", "identityFile", "knownHostsFile", "become"]

  /// The object `ssh`, its values checked; nil where there is none and commands run on the control node.
  static func reader(in settings: SettingReader) throws(Failure) -> SettingReader? {
    guard let ssh = try settings.object("ssh", keys: all) else { return nil }
    _ = try ssh.requiredString("address")
    _ = try ssh.integer("port", in: 1...65_535)
    for key in ["user", "identityFile", "knownHostsFile"] { _ = try ssh.string(key) }
    if let user = try ssh.string("become") {
      do { _ = try Become(user) } catch { throw ssh.complaint("become", error.description) }
    }
    return ssh
  }

  /// Where the commands of a driver with `settings` run.
  static func shell(for settings: SettingReader, in surroundings: Surroundings) throws(Failure) -> BalancerShell {
    guard let ssh = try reader(in: settings) else {
      return BalancerShell(handler: surroundings.local, node: "localhost")
    }
    return try surroundings.remote(ssh)
  }
}
