import FoundationEssentials
import Upgrade

/// What the operator's command reads on standard input: one JSON object and a line break.
struct CommandInput: Encodable {
  private enum Key: String, CodingKey { case name, host, loadBalancerServer, groups }

  private let node: Node

  /// The input for `node`.
  init(_ node: Node) { self.node = node }

  /// The JSON text; every key is always there, `loadBalancerServer` as null where the topology has none.
  var bytes: [UInt8] {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return Array(try encoder.encode(self)) + Array("\n".utf8)
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(node.name, forKey: .name)
    try container.encode(node.host, forKey: .host)
    try container.encode(node.loadBalancerServer, forKey: .loadBalancerServer)
    try container.encode(node.groups, forKey: .groups)
  }
}
