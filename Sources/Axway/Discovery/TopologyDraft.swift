import Foundation
import Upgrade

/// The content of a topology file that is being made: plain values, so that what an operator wrote stays as it is.
public struct TopologyDraft: Sendable, Hashable {
  /// All but the nodes.
  private var top: [String: Setting]
  /// The nodes, in their order.
  private var nodes: [[String: Setting]]

  /// A draft of these nodes; whatever else there is to say is set by its key.
  public init(_ nodes: [Topology.Node]) {
    top = [:]
    self.nodes = nodes.map(Self.setting)
  }

  /// The draft that `file`, the content of a topology file, becomes when its domain is found to be `domain`: what the
  /// domain knows is taken from there, all else stays.
  ///
  /// - Returns: the draft, and what the operator should know of the changes.
  public static func updating(_ file: Setting, to domain: DiscoveredDomain) -> (draft: TopologyDraft, notes: [String]) {
    var draft = TopologyDraft([])
    guard case .object(let object) = file else { return (TopologyDraft(domain.nodes), []) }
    draft.top = object
    draft.top["nodes"] = nil
    var known: [String: [String: Setting]] = [:]
    var order: [String: Int] = [:]
    if case .array(let nodes) = object["nodes"] {
      for case .object(let node) in nodes {
        guard let host = node["host"]?.text else { continue }
        (known[host], order[host]) = (node, order.count)
      }
    }
    var notes: [String] = []
    let names = known.values.compactMap { $0["name"]?.text }
    // Nodes go in the order of the file, which is the operator's; new ones behind the others, as the domain has them.
    let new = domain.nodes.filter { order[$0.host] == nil }
    let old = domain.nodes.filter { order[$0.host] != nil }.sorted {
      order[$0.host, default: 0] < order[$1.host, default: 0]
    }
    for node in old + new {
      if known[node.host] == nil { notes.append("'\(node.host)' is new in the domain: see what its node still needs") }
      draft.nodes.append(merged(node, with: known[node.host], besides: names + draft.names))
    }
    let hosts = Set(domain.nodes.map(\.host))
    for host in known.keys.sorted() where !hosts.contains(host) {
      notes.append("'\(host)' is no host of the domain with anything to upgrade any more: its node is left out")
    }
    draft.dropGroups(but: Set(domain.nodes.flatMap(\.groups)), &notes)
    return (draft, notes)
  }

  /// The nodes' names.
  public var names: [String] { nodes.compactMap { $0["name"]?.text } }

  /// What stands at a key of the whole file; nothing for nil.
  public subscript(key: String) -> Setting? {
    get { top[key] }
    set { top[key] = newValue }
  }

  /// Has the upgrade begin on the node of this name: it stands before all others, unless it is the first one with an Admin
  /// Node Manager anyway.
  public mutating func putFirst(_ name: String) {
    let first = nodes.first { $0["nodeManager"]?.text == Topology.NodeManager.admin.rawValue }
    guard first?["name"]?.text != name, let index = names.firstIndex(of: name) else { return }
    nodes.insert(nodes.remove(at: index), at: 0)
  }

  /// The text of the file.
  public var text: String { SettingText.text(of: setting) }

  /// What the file means; `file` is its name in messages, and relative paths in it start from `folder`.
  ///
  /// - Throws: `Failure` of kind `.refused` as for any topology file.
  public func topology(file: String, folder: String) throws(Failure) -> Topology {
    try TopologyBuilder.topology(json: Data(text.utf8), file: file, folder: folder)
  }

  private var setting: Setting {
    .object(top.merging(["nodes": .array(nodes.map(Setting.object))]) { $1 })
  }

  private mutating func dropGroups(but names: Set<String>, _ notes: inout [String]) {
    guard case .object(var groups) = top["groups"] else { return }
    for name in groups.keys.sorted() where !names.contains(name) {
      groups[name] = nil
      notes.append("there is no group '\(name)' in the domain any more: what 'groups' says of it is left out")
    }
    top["groups"] = groups.isEmpty ? nil : .object(groups)
  }

  private static func merged(
    _ node: Topology.Node, with known: [String: Setting]?, besides names: [String]
  ) -> [String: Setting] {
    let found = setting(of: node)
    guard var merged = known else {
      return found.merging(["name": .string(DiscoveredDomain.name(for: node.host, besides: names))]) { $1 }
    }
    merged["nodeManager"] = found["nodeManager"]
    var old: [[Setting?]: [String: Setting]] = [:]
    if case .array(let instances) = merged["instances"] {
      for case .object(let instance) in instances { old[[instance["name"], instance["group"]]] = instance }
    }
    let instances = node.instances.map { instance in
      let new = setting(of: instance)
      return Setting.object(old[[new["name"], new["group"]]] ?? new)
    }
    merged["instances"] = instances.isEmpty ? nil : .array(instances)
    return merged
  }

  private static func setting(of node: Topology.Node) -> [String: Setting] {
    var object: [String: Setting] = [
      "name": .string(node.name), "host": .string(node.host), "nodeManager": .string(node.nodeManager.rawValue),
    ]
    let ssh = Self.setting(of: node.ssh)
    if !ssh.isEmpty { object["ssh"] = .object(ssh) }
    object["loadBalancerServer"] = node.loadBalancerServer.map(Setting.string)
    if !node.instances.isEmpty { object["instances"] = .array(node.instances.map { .object(setting(of: $0)) }) }
    return object
  }

  private static func setting(of instance: Topology.Instance) -> [String: Setting] {
    var object: [String: Setting] = ["name": .string(instance.name), "group": .string(instance.group)]
    object["healthURL"] = instance.healthURL.map(Setting.string)
    return object
  }

  /// An object `ssh` with these settings.
  public static func setting(of ssh: SSHSettings) -> [String: Setting] {
    var object: [String: Setting] = [:]
    object["address"] = ssh.address.map(Setting.string)
    object["port"] = ssh.port.map { .number(Double($0)) }
    object["user"] = ssh.user.map(Setting.string)
    object["identityFile"] = ssh.identityFile.map(Setting.string)
    object["knownHostsFile"] = ssh.knownHostsFile.map(Setting.string)
    object["become"] = ssh.become.map(Setting.string)
    return object
  }
}

extension Setting {
  fileprivate var text: String? { if case .string(let text) = self { text } else { nil } }
}
