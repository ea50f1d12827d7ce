import Foundation
import Testing

/// What `zdupgrade bluegreen status --format json` says of the gateways.
struct BlueGreenStanding: Decodable {
  struct Row: Decodable {
    let node: String
    let journal: String
    let health: String?
    let quiesced: String?
    let balancer: String?
    let problems: [String]
  }

  let state: String
  let nodes: [Row]

  /// Health, what is refused, and how the load balancer has it, in words, by node.
  var words: [String: String] {
    Dictionary(
      uniqueKeysWithValues: nodes.map { row in
        (row.node, [row.health, row.quiesced, row.balancer].map { $0 ?? "-" }.joined(separator: ", "))
      })
  }

  /// All of the same side as `name` in `words`.
  func all(_ side: String, are text: String) -> Bool {
    nodes.filter { $0.node.hasPrefix(side) }.allSatisfy { words[$0.node] == text }
  }
}

extension BlueGreenStage {
  /// Where the newest run and its gateways stand.
  func standing() async throws -> BlueGreenStanding {
    let result = try await bluegreen("status", "--format", "json")
    #expect(result.code == 0, "\(result.errors)")
    return try JSONDecoder().decode(BlueGreenStanding.self, from: Data(result.output.utf8))
  }

  /// Sees that the old side serves as before the upgrade, and the new one nobody.
  func expectOldServes() async throws {
    let standing = try await standing()
    #expect(standing.all("Old", are: "green, nothing, enabled"), "\(standing.words)")
    #expect(standing.nodes.filter { $0.node.hasPrefix("New") }.allSatisfy { $0.balancer == "disabled" })
  }
}
