import Upgrade

/// What is left to the operator on single nodes after an upgrade that has succeeded, by what was seen there before it. Pure.
///
/// Source: as `Checklist`, which has what holds for every upgrade.
public enum FoundWork {
  /// The items, node by node.
  public static func items(
    _ topology: Topology, _ facts: [String: NodeFacts], _ options: UpgradeOptions
  ) -> [(node: String, text: String)] {
    topology.nodes.flatMap { node in
      facts[node.name].map { texts(node, $0, options) } ?? []
    }
  }

  private static func texts(
    _ node: Topology.Node, _ facts: NodeFacts, _ options: UpgradeOptions
  ) -> [(node: String, text: String)] {
    let checks = HandWorkChecks(node: node, facts: facts)
    var texts: [String] = []
    if checks.extLib.result == .warn {
      texts.append("jars in ext/lib of the old installation (\(checks.extLib.evidence)): see that each works now")
    }
    if !facts.drivers.isEmpty {
      texts.append(
        "JDBC jars in upgrade/lib (\(facts.drivers.listed)) served the upgrade alone: the gateways need them in ext/lib"
      )
    }
    if checks.acl.result == .warn {
      texts.append("\(checks.acl.evidence): see that the new one grants what users need")
    }
    if checks.jvm.result == .warn { texts.append("\(checks.jvm.evidence): see that the new version has what it needs") }
    let new = node.newInstallDir ?? options.newInstallDir ?? "the new installation"
    if !facts.bootFiles.isEmpty {
      texts.append("\(facts.bootFiles.listed) starts the old installation at boot: have it start \(new)")
    }
    return texts.map { (node.name, $0) }
  }
}
