import FoundationEssentials
import Upgrade

/// What a lab consists of: the content of its `lab.json`, which the simulated tools read too.
public struct LabDescription: Sendable, Hashable, Codable {
  /// The lab's folder: absolute, without symbolic links.
  public internal(set) var directory: String
  /// The program that simulates the product: `zdulab` itself.
  public internal(set) var program: String
  /// The version of the old installations.
  public let oldVersion: String
  /// The version of the new installations.
  public let newVersion: String
  /// The administrator's name; the password is in `secrets/password`.
  public let username: String
  /// How long an instance goes on serving after a stop has begun, with `/healthchecklb` at 503, in milliseconds.
  public let shutdownDelay: Int
  /// The load balancer.
  public let balancer: LabBalancer
  /// The machines.
  public var nodes: [LabNode]
  /// The groups behind the load balancer.
  public let groups: [LabGroup]
  /// Its Cassandra; nil in a lab that an earlier version has made.
  public var cassandra: LabCassandra?
  /// Whether each node is a machine of its own, with files and processes that no other one sees.
  public var areNodesApart = false

  /// Where everything lies.
  var layout: LabLayout { LabLayout(directory: directory) }

  /// The node of this name.
  public func node(_ name: String) -> LabNode? { nodes.first { $0.name == name } }

  /// The instances of `group` with their nodes, in the order of the topology.
  func instances(of group: LabGroup) -> [(LabNode, LabInstance)] {
    nodes.flatMap { node in node.instances.filter { $0.group == group.name }.map { (node, $0) } }
  }

  /// The version of a side.
  func version(_ side: Side) -> String { side == .old ? oldVersion : newVersion }

  /// The installation of `side` on `node`: where the vendor's documentation has it, where each node is a machine of its own.
  func installDir(_ side: Side, of node: String) -> String {
    areNodesApart ? "/opt/Axway-\(version(side))" : layout.installation(side, of: node)
  }

  /// Reads the `lab.json` of the lab in `directory`.
  ///
  /// - Throws: `Failure` of kind `.refused` where there is no lab.
  public static func read(_ directory: String) throws -> LabDescription {
    let path = LabLayout(directory: directory).description
    guard let text = TextFile.read(path) else { throw Failure(.refused, "no lab in \(directory)") }
    do {
      return try JSONDecoder().decode(LabDescription.self, from: Data(text.utf8))
    } catch {
      throw Failure(.refused, "\(path) is not the description of a lab", evidence: ["\(error)"])
    }
  }

  /// Writes the `lab.json`, by default in the lab's folder.
  func write(to path: String? = nil) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try TextFile.write(String(decoding: encoder.encode(self), as: UTF8.self) + "\n", to: path ?? layout.description)
  }
}
