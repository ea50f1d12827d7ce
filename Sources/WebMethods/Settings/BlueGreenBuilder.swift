import Foundation
import Upgrade

/// Makes `BlueGreenSettings` from a configuration file; every complaint is one line that names the file and the key.
public enum BlueGreenBuilder {
  /// The settings in `json`; `file` is its name in messages, `folder` what relative paths in it start from.
  ///
  /// - Throws: `Failure` of kind `.refused`.
  public static func settings(json: Data, file: String, folder: String) throws(Failure) -> BlueGreenSettings {
    let top = try SettingReader(try JSONFile.parse(json, file: file), file: file, keys: keys)
    let paths = PathResolver(folder: folder)
    guard let name = try top.choice("profile", of: UpgradeProfile.allCases.map(\.rawValue)),
      let profile = UpgradeProfile(rawValue: name)
    else { throw top.complaint("profile", "is missing; give major, minor-cluster or minor-standalone") }
    try BlueGreenRules.checkKeys(top, profile)
    let ssh = try SSHSettings.defaults(top, paths)
    let nodes = GatewayNodeReader(ssh: ssh, paths: paths)
    guard let old = try nodes.side(top, "old") else { throw top.complaint("old", "is missing") }
    let settings = BlueGreenSettings(
      profile: profile, old: old, new: try nodes.side(top, "new"), source: try datastore(top, "source", paths),
      target: try datastore(top, "target", paths), migration: try migration(top), times: try StepTimes(top), ssh: ssh,
      fix: try OperatorCommand.within(top, "fix"), restart: try OperatorCommand.within(top, "restart"),
      start: try OperatorCommand.within(top, "start"), webhooks: try WebhookSettings.within(top, paths),
      loadBalancer: top.value("loadBalancer"), loadBalancers: try top.loadBalancers(),
      probes: try ProbeSettings.probes(top, paths), hooks: try HookReader.gates(top, at: Gate.Point.allCases))
    try BlueGreenRules.check(settings, file: file)
    return settings
  }

  private static let keys = [
    "$schema", "profile", "old", "new", "source", "target", "migration", "timeouts", "ssh", "fix", "restart", "start",
    "webhooks", "loadBalancer", "loadBalancers", "probes", "hooks",
  ]

  private static func migration(_ top: SettingReader) throws(Failure) -> MigrationSettings? {
    guard let reader = try top.object("migration", keys: ["properties", "backup"]) else { return nil }
    return try MigrationSettings(reader)
  }

  private static func datastore(
    _ top: SettingReader, _ key: String, _ paths: PathResolver
  ) throws(Failure) -> Datastore? {
    guard let reader = try top.object(key, keys: ["url", "username", "password"]) else { return nil }
    let login = try LoginSetting.within(reader, paths)
    let text = try reader.requiredString("url")
    guard !text.contains("@") else {
      throw reader.complaint("url", "holds a user or password; give username and password apart from it")
    }
    guard let datastore = Datastore(url: text, login: login) else {
      throw reader.complaint("url", "'\(text)' is no URL with a port like http://10.0.0.20:9240")
    }
    return datastore
  }
}
