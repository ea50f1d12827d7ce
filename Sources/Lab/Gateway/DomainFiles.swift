import FoundationEssentials

/// What every old installation has of its domain: `groups/topology.json`, and the configuration of its groups.
struct DomainFiles: Sendable {
  private let lab: LabDescription
  private let topology: String

  /// Those of `lab`, before anything was changed.
  init(_ lab: LabDescription) throws {
    self.lab = lab
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let content = TopologyAnswer(lab: lab, version: lab.oldVersion).result
    topology = String(decoding: try encoder.encode(content), as: UTF8.self) + "\n"
  }

  /// Writes them into `installation`.
  func write(_ installation: Installation) throws {
    try TextFile.makeFolder("\(installation.home)/groups")
    try TextFile.write(topology, to: Self.topology(installation))
    for instance in installation.node.instances {
      let folder = Self.folder(of: instance.group, in: installation)
      try TextFile.makeFolder("\(folder)/conf")
      try TextFile.write(Self.configuration(instance.group), to: Self.store(of: instance.group, in: installation))
      let own = "\(folder)/\(LabLayout.fileName(instance.name))"
      for name in ["conf", "ext/lib"] { try TextFile.makeFolder("\(own)/\(name)") }
    }
  }

  /// The domain's topology in `installation`.
  static func topology(_ installation: Installation) -> String { "\(installation.home)/groups/topology.json" }

  /// The folder of `group`.
  static func folder(of group: String, in installation: Installation) -> String {
    "\(installation.home)/groups/\(id(of: group, in: installation.lab))"
  }

  /// The group's entity store.
  static func store(of group: String, in installation: Installation) -> String {
    "\(folder(of: group, in: installation))/conf/PrimaryStore.xml"
  }

  /// The id that the domain's topology gives `group`; `group-1` is that of the Node Managers.
  static func id(of group: String, in lab: LabDescription) -> String {
    "group-\((lab.groups.firstIndex { $0.name == group } ?? 0) + 2)"
  }

  private static func configuration(_ group: String) -> String {
    "<entityStoreData><entity type='NetService'><fval name='name'><value>\(group.utf8.count)</value></fval></entity></entityStoreData>\n"
  }
}
