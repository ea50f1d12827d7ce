import FoundationEssentials
import Upgrade

/// What a blue-green stage consists of: the content of its `bluegreen.json`.
public struct BlueGreenDescription: Sendable, Hashable, Codable {
  /// Its folder: absolute, without symbolic links.
  public let directory: String
  /// The `zdulab` program.
  public let program: String
  /// The gateways, the old ones first.
  public let nodes: [BlueGreenNode]
  /// Where the load balancer listens, `ADDRESS:PORT`.
  public let balancer: String
  /// Where the old datastore answers, `ADDRESS:PORT`.
  public let oldDatastore: String
  /// Where the new one does; the same where it is shared.
  public let newDatastore: String
  /// Where `zdupgrade` listens for what the gateways tell it, `ADDRESS:PORT`; nothing of the stage does.
  public let webhooks: String
  /// The administrator's name; the password is in a file.
  public let username: String
  /// Who may read the datastores; the password is in a file.
  public let datastoreUsername: String
  /// The tenant's name in both.
  public let tenant: String
  /// Whether there is only one datastore.
  public let isSharingDatastore: Bool
  /// Whether the new datastore can make backups.
  public let hasPathRepo: Bool
  /// How long a gateway is away in a bounce, in milliseconds.
  public let bounceDelay: Int

  /// The old gateways.
  public var old: [BlueGreenNode] { nodes.filter(\.isOld) }
  /// The new gateways.
  public var new: [BlueGreenNode] { nodes.filter { !$0.isOld } }

  /// Which procedure upgrades it.
  public var profile: BlueGreenProfile {
    if new.isEmpty { return .minorCluster }
    return isSharingDatastore ? .minorStandalone : .major
  }

  /// The gateway of this name.
  public func node(_ name: String) throws(Failure) -> BlueGreenNode {
    if let node = nodes.first(where: { $0.name == name }) { return node }
    let names = nodes.map(\.name)
    throw Failure(.refused, "no gateway '\(name)'\(NearMatch.hint(for: name, among: names))")
  }

  /// Reads the stage in `directory`.
  ///
  /// - Throws: `Failure` of kind `.refused` where there is none.
  public static func read(_ directory: String) throws -> BlueGreenDescription {
    let path = BlueGreenLayout(directory: directory).description
    guard let bytes = TextFile.bytes(path) else { throw Failure(.refused, "no blue-green stage in \(directory)") }
    do {
      return try JSONDecoder().decode(BlueGreenDescription.self, from: Data(bytes))
    } catch {
      throw Failure(.refused, "\(path) is not the description of a stage", evidence: ["\(error)"])
    }
  }

  /// Writes the `bluegreen.json`.
  func write() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
    try TextFile.write(text, to: BlueGreenLayout(directory: directory).description)
  }
}
