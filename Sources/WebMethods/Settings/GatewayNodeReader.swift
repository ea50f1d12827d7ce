import Upgrade

/// Reads the nodes of the sides `old` and `new`.
struct GatewayNodeReader {
  let ssh: SSHSettings
  let paths: PathResolver

  private static let nodeKeys = [
    "name", "adminURL", "username", "password", "tls", "quiescePort", "loadBalancerServer", "ssh", "hooks",
  ]

  /// The side at `key` of the file; nil where there is none.
  func side(_ top: SettingReader, _ key: String) throws(Failure) -> GatewaySide? {
    guard let reader = try top.object(key, keys: ["version", "username", "password", "tls", "nodes"]) else {
      return nil
    }
    let login = try LoginSetting.within(reader, paths)
    let trust = try reader.trust(resolving: paths.resolve)
    var nodes: [GatewayNode] = []
    for reader in try reader.requiredObjects("nodes", keys: Self.nodeKeys) {
      nodes.append(try node(reader, login, trust))
    }
    return GatewaySide(version: try version(reader), nodes: nodes)
  }

  private func version(_ reader: SettingReader) throws(Failure) -> GatewayVersion? {
    guard let text = try reader.string("version"), text != "auto" else { return nil }
    guard let version = GatewayVersion(text) else {
      throw reader.complaint("version", "'\(text)' is no version like 10.15 or 10.15.0.3, nor auto")
    }
    return version
  }

  private func node(
    _ reader: SettingReader, _ sideLogin: LoginSetting?, _ sideTrust: TLSTrust
  ) throws(Failure) -> GatewayNode {
    let name = try reader.nodeName("name")
    let url = try url(reader)
    guard let login = try LoginSetting.within(reader, paths) ?? sideLogin else {
      throw reader.complaint("username", "is missing, here and for the whole side")
    }
    return GatewayNode(
      name: name, url: url, login: login,
      trust: reader.has("tls") ? try reader.trust(resolving: paths.resolve) : sideTrust,
      quiescePort: try quiescePort(reader, url), loadBalancerServer: try reader.string("loadBalancerServer"),
      ssh: (try SSHSettings.within(reader, paths)?.over(ssh) ?? ssh).withoutNeedlessBecome,
      hooks: try HookReader.gates(reader, at: HookReader.ofNodes))
  }

  private func url(_ reader: SettingReader) throws(Failure) -> GatewayURL {
    let text = try reader.requiredString("adminURL")
    guard !text.contains("@") else {
      throw reader.complaint("adminURL", "holds a user or password; give username and password apart from it")
    }
    guard let url = GatewayURL(text) else {
      throw reader.complaint("adminURL", "'\(text)' is no URL like https://gw-1.example.com:5543")
    }
    return url
  }

  private func quiescePort(_ node: SettingReader, _ url: GatewayURL) throws(Failure) -> QuiescePort? {
    guard let reader = try node.object("quiescePort", keys: ["number", "alias"]) else { return nil }
    guard let number = try reader.integer("number", in: 1...65_535) else {
      throw reader.complaint("number", "is missing")
    }
    guard number != url.port else {
      throw reader.complaint("number", "is the port of adminURL, which does not answer while everything is quiesced")
    }
    return QuiescePort(number: number, alias: try reader.string("alias") ?? "QuiescePort")
  }
}
