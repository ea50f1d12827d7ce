import Foundation
import Upgrade

/// Makes a `Topology` from a configuration file (the original's `topology_builder`).
///
/// Every complaint is one line that names the file and the key's path, or the line where the JSON is broken.
public enum TopologyBuilder {
  /// The topology in the file at `path`. Relative key and known-hosts files in it are relative to its folder.
  ///
  /// - Throws: `Failure` of kind `.io` (cannot be read) or `.refused` (wrong content).
  public static func topology(file path: String) throws(Failure) -> Topology {
    let (bytes, folder) = try ConfigurationFile.contents(of: path)
    return try topology(json: bytes, file: path, folder: folder)
  }

  /// The topology in `json`; `file` is its name in messages, `folder` what relative paths in it start from.
  ///
  /// - Throws: `Failure` of kind `.refused`.
  public static func topology(json: Data, file: String, folder: String) throws(Failure) -> Topology {
    let setting = try JSONFile.parse(json, file: file)
    let top = try SettingReader(setting, file: file, keys: topKeys)
    let paths = PathResolver(folder: folder)
    let defaults = try SSHSettings.defaults(top, paths)
    var nodes: [Topology.Node] = []
    for reader in try top.requiredObjects("nodes", keys: nodeKeys) {
      nodes.append(try node(reader, defaults: defaults, paths))
    }
    var topology = Topology(
      nodes: nodes, ssh: defaults, loadBalancer: top.value("loadBalancer"), loadBalancers: try top.loadBalancers(),
      groupSettings: try groups(top),
      hooks: try HookReader.gates(top, at: Gate.Point.allCases))
    topology.probes = try ProbeSettings.probes(top, paths)
    topology.healthCheckTrust = try ProbeSettings.healthCheckTrust(top, paths)
    try TopologyRules.check(topology, file: file)
    return topology
  }

  private static let topKeys = [
    "$schema", "nodes", "ssh", "loadBalancer", "loadBalancers", "groups", "hooks", "probes", "healthChecks",
  ]
  private static let nodeKeys = [
    "name", "host", "nodeManager", "instances", "ssh", "oldInstallDir", "newInstallDir", "loadBalancerServer", "hooks",
  ]

  private static func groups(_ top: SettingReader) throws(Failure) -> [String: Topology.GroupSettings] {
    var groups: [String: Topology.GroupSettings] = [:]
    for (name, reader) in try top.namedObjects("groups", keys: ["minAvailable", "maxUnavailable", "hooks"]) {
      let least = try reader.amount("minAvailable").map(CapacityRule.minAvailable)
      let most = try reader.amount("maxUnavailable").map(CapacityRule.maxUnavailable)
      guard least == nil || most == nil else {
        throw reader.complaint("maxUnavailable", "contradicts minAvailable; give one of them")
      }
      groups[name] = Topology.GroupSettings(
        capacity: least ?? most, hooks: try HookReader.gates(reader, at: HookReader.ofNodes))
    }
    return groups
  }

  private static func node(
    _ reader: SettingReader, defaults: Topology.SSH, _ paths: PathResolver
  ) throws(Failure) -> Topology.Node {
    let name = try reader.nodeName("name")
    let kinds = Topology.NodeManager.allCases.map(\.rawValue)
    guard let kind = try reader.choice("nodeManager", of: kinds) else {
      throw reader.complaint("nodeManager", "is missing; give admin (an Admin Node Manager) or node")
    }
    return Topology.Node(
      name: name, host: try reader.requiredString("host"),
      nodeManager: Topology.NodeManager(rawValue: kind) ?? .node, instances: try instances(reader),
      ssh: (try SSHSettings.within(reader, paths)?.over(defaults) ?? defaults).withoutNeedlessBecome,
      oldInstallDir: try installDir(reader, "oldInstallDir"), newInstallDir: try installDir(reader, "newInstallDir"),
      loadBalancerServer: try reader.string("loadBalancerServer"),
      hooks: try HookReader.gates(reader, at: HookReader.ofNodes))
  }

  private static func instances(_ node: SettingReader) throws(Failure) -> [Topology.Instance] {
    guard node.has("instances") else { return [] }  // a machine with an Admin Node Manager only
    var instances: [Topology.Instance] = []
    for reader in try node.requiredObjects("instances", keys: ["name", "group", "healthURL"]) {
      let instance = Topology.Instance(
        name: try reader.requiredString("name"), group: try reader.requiredString("group"),
        healthURL: try healthURL(reader))
      if instances.contains(where: { $0.name == instance.name && $0.group == instance.group }) {
        throw reader.complaint("name", "'\(instance.name)' is there twice in group '\(instance.group)' of this node")
      }
      instances.append(instance)
    }
    return instances
  }

  private static func healthURL(_ reader: SettingReader) throws(Failure) -> String? {
    guard let text = try reader.string("healthURL") else { return nil }
    if let problem = problem(healthURL: text) { throw reader.complaint("healthURL", problem) }
    return text
  }

  /// What is wrong with the URL of a health check; nil for nothing.
  public static func problem(healthURL text: String) -> String? {
    guard let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host?.isEmpty == false else {
      return "'\(text)' is no URL like http://10.0.0.11:8080/healthcheck"
    }
    guard url.user == nil, url.password == nil else {
      return "holds a user or password; the health check must answer without"
    }
    return nil
  }

  private static func installDir(_ reader: SettingReader, _ key: String) throws(Failure) -> String? {
    guard let path = try reader.string(key) else { return nil }
    guard let installation = InstallDir.normalize(path) else { throw reader.complaint(key, InstallDir.wanted(path)) }
    return installation
  }
}
