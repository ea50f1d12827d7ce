import Axway
import Upgrade

/// One simulated installation on one node, seen from its `apigateway` folder.
struct Installation: Sendable {
  /// The `apigateway` folder.
  let home: String
  let lab: LabDescription
  let node: LabNode
  let side: Side

  /// The installation whose `apigateway` folder is `home`.
  init(home: String) throws {
    let marker = "\(home)/conf/simulation"
    let lines = TextFile.read(marker)?.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) ?? []
    guard lines.count >= 3, let side = Side(rawValue: lines[0]) else {
      throw Failure(.refused, "\(home) is no simulated installation")
    }
    let lab = try LabDescription.read(lines.dropFirst(2).dropLast().joined(separator: "\n"))
    guard let node = lab.nodes.first(where: { LabLayout.fileName($0.name) == lines[1] }) else {
      throw Failure(.refused, "\(marker): no node '\(lines[1])' in the lab")
    }
    self.home = home
    self.lab = lab
    self.node = node
    self.side = side
  }

  /// The installation of `side` on `node`.
  init(_ side: Side, of node: LabNode, in lab: LabDescription) {
    home = "\(lab.installDir(side, of: node.name))/apigateway"
    self.lab = lab
    self.node = node
    self.side = side
  }

  var version: String { lab.version(side) }

  /// The processes of this installation on this node: the Node Manager first.
  var services: [GatewayService] { [.nodeManager] + node.instances.map(GatewayService.instance) }

  /// Whether a domain was set up in it, by the lab (old) or by `sysupgrade apply` (new).
  var isInDomain: Bool { TextFile.exists(domainMarker) }

  func joinDomain() throws { try TextFile.write("\(node.name)\n", to: domainMarker) }

  /// Has it hold the domain's private key, as the first Admin Node Manager does: what is in it nobody reads here.
  func holdDomainKey() throws {
    let parts = DomainKey.path.split(separator: "/")
    try TextFile.makeFolder("\(home)/\(parts.dropLast().joined(separator: "/"))")
    try TextFile.write("simulated\n", to: "\(home)/\(DomainKey.path)")
  }

  func record(of service: GatewayService) -> ProcessRecord {
    ProcessRecord(path: "\(home)/run/\(LabLayout.fileName(service.key)).pid")
  }

  func log(of service: GatewayService) -> String { "\(home)/logs/\(LabLayout.fileName(service.key)).log" }

  /// The file in which a process writes down the requests that it serves.
  func served(by service: GatewayService) -> String {
    "\(lab.layout.served)/\(LabLayout.fileName("\(node.name) \(side.rawValue) \(service.key)"))"
  }

  /// What was done in it.
  var acts: PerformedActs { PerformedActs(path: "\(home)/logs/acts") }

  /// Those of its processes that run.
  var runningServices: [GatewayService] { services.filter { record(of: $0).running != nil } }

  var domainMarker: String { "\(home)/conf/domain" }

  /// The same node's other installation.
  var other: Installation { Installation(side == .old ? .new : .old, of: node, in: lab) }
}
