import FoundationEssentials
import Upgrade

/// Makes a lab's node have a problem, and has it as it was before.
public struct LabSeed: Sendable {
  /// Where they are seeded.
  let lab: Lab
  let node: LabNode

  /// Problems of `node` in `lab`.
  ///
  /// - Throws: `Failure` of kind `.refused` where the lab has no such node.
  public init(_ lab: Lab, node name: String) throws(Failure) {
    guard let node = lab.description.node(name) else {
      throw Failure(
        .refused, "the lab has no node '\(name)', but \(lab.description.nodes.map(\.name).joined(separator: ", "))")
    }
    self.lab = lab
    self.node = node
  }

  var old: Installation { Installation(.old, of: node, in: lab.description) }
  var new: Installation { Installation(.new, of: node, in: lab.description) }
  var group: String { node.groups.first ?? "" }
  var quiet: ToolOutput { ToolOutput(isPrinting: false) }

  func files(_ problem: SeededProblem) -> SpoiltFiles {
    SpoiltFiles(folder: "\(lab.directory)/seeds/\(problem.rawValue) \(LabLayout.fileName(node.name))")
  }

  /// Why `problem` cannot be made here; nil when it can.
  public static func obstacle(_ problem: SeededProblem, in folder: String) async -> String? {
    switch problem {
    case .fullDisk: await SmallDisk.obstacle(in: folder)
    case .wrongClock: ClockShift.obstacle()
    default: nil
    }
  }

  /// Makes the node have `problem`.
  ///
  /// - Throws: `Failure` when it has it already, or cannot have it.
  public func seed(_ problem: SeededProblem) async throws {
    let files = files(problem)
    guard !files.areThere else { throw Failure(.refused, "\(node.name) has the problem \(problem.rawValue) already") }
    try TextFile.makeFolder(files.folder)
    try spoil(problem, files)
    try await act(problem)
  }

  /// Takes `problem` away; does nothing where it is not there.
  public func remove(_ problem: SeededProblem) async throws {
    let files = files(problem)
    guard files.areThere else { return }
    try await actBack(problem)
    try files.restore()
    if problem == .outOfBalancer { try await reloadNGINX() }
  }
}

// What is done to files.
extension LabSeed {
  private func spoil(_ problem: SeededProblem, _ files: SpoiltFiles) throws {
    let licence = "\(new.home)/conf/licenses/gateway.lic"
    let store = DomainFiles.store(of: group, in: old)
    switch problem {
    case .noLicence: try files.remove(licence)
    case .emptyLicence: try files.write("", to: licence)
    case .programNotExecutable:
      let path = "\(new.home)/posix/bin/startinstance"
      try files.write(TextFile.read(path) ?? "", to: path, mode: 0o600)
    case .olderVersion: try files.write("7.4.1\n", to: ManageDomain.file(new))
    case .otherServicePack: try files.write("\(new.version) SP2\n", to: ManageDomain.file(new))
    case .extraJar: try files.write("PK custom\n", to: "\(old.home)/ext/lib/custom filter.jar")
    case .corruptJar: try files.write("<html>not found</html>\n", to: "\(old.home)/ext/lib/broken.jar")
    case .changedPermissions:
      try files.edit("\(old.home)/conf/acl.json") { $0.replacing("\"deploy\"", with: "\"deploy\", \"own_role\"") }
    case .database:
      for member in lab.description.nodes where member.groups.contains(group) {
        let installation = Installation(.old, of: member, in: lab.description)
        try files.edit(DomainFiles.store(of: group, in: installation)) {
          $0 + "<!-- jdbc:mysql://database.lab/oauth -->\n"
        }
      }
    case .largerHeap:
      try files.edit("\(old.home)/system/conf/jvm.xml") { $0.replacing("1024m", with: "4096m") }
    case .otherConfiguration: try files.edit(store) { $0 + "<!-- deployed by hand -->\n" }
    case .unknownHostKey:
      try files.edit(lab.description.layout.knownHosts) { text in
        text.split(separator: "\n").filter { !$0.hasPrefix("[\(node.address)]:") }.map { "\($0)\n" }.joined()
      }
    default: try spoilOthers(problem, files)
    }
  }

  private func spoilOthers(_ problem: SeededProblem, _ files: SpoiltFiles) throws {
    let home = lab.description.layout.home(of: node.name)
    switch problem {
    case .noSudo:
      try files.editTopology(lab.topologyFile, node.name) { $0.becoming("zdu-no-such-user") }
    case .wrongHost:
      try files.editTopology(lab.topologyFile, node.name) { $0.onHost("elsewhere.lab") }
    case .noSignal:
      try files.edit(lab.topologyFile) {
        try TopologyEdit.balancer(
          in: $0,
          [
            "driver": .string("healthchecklb"), "interval": .number(1), "fall": .number(2), "rise": .number(1),
            "path": .string("/nothing"),
          ])
      }
    case .lock:
      try files.makeFolder("\(home)/.zdupgrade")
      try TextFile.makeFolder("\(home)/.zdupgrade/lock")
      try TextFile.write(
        "elsewhere.lab operator 4711 change%2042 1600000000\n",
        to: "\(home)/.zdupgrade/lock/held.20200913T122640.000Z-5eed.seed")
    case .leftover:
      try files.makeFolder("\(home)/.zdupgrade")
      try TextFile.makeFolder("\(home)/.zdupgrade/20200913T122640.000Z-5eed/0-EXPORT")
      try TextFile.write("", to: "\(home)/.zdupgrade/20200913T122640.000Z-5eed/0-EXPORT/exit-1")
    case .outOfBalancer:
      let index = lab.description.groups.firstIndex { $0.name == group } ?? 0
      try files.edit(lab.description.layout.servers(ofGroup: index)) { text in
        text.split(separator: "\n").map { line in
          line.contains(" \(node.address):") ? "\(line.dropLast()) down;\n" : "\(line)\n"
        }.joined()
      }
    default: break
    }
  }
}
