/// Which nodes are upgraded at the same time. Pure.
public struct Waves: Sendable, Hashable {
  /// The nodes to upgrade, in the order in which they are wanted.
  public let nodes: [Node]
  /// How many nodes may be out of service at the same time, over all groups.
  public let limit: Int
  /// The names of nodes that go alone.
  public let alone: Set<String>
  /// How many nodes of a group may be out at the same time; one for a group that is not named.
  public let allowances: [String: Int]

  /// The waves of `nodes`.
  public init(of nodes: [Node], limit: Int, alone: Set<String> = [], allowances: [String: Int] = [:]) {
    self.nodes = nodes
    self.limit = limit
    self.alone = alone
    self.allowances = allowances
  }

  /// The waves, each of at least one node: as many as fit go together, and no node overtakes one that shares its group.
  public var all: [[Node]] {
    var rest = nodes[...]
    var waves: [[Node]] = []
    while let first = rest.first {
      let wave = alone.contains(first.name) ? [first] : fitting(rest)
      waves.append(wave)
      guard !rest.starts(with: wave, by: { $0.name == $1.name }) else {
        rest = rest.dropFirst(wave.count)
        continue
      }
      let taken = Set(wave.map(\.name))
      rest.removeAll { taken.contains($0.name) }
    }
    return waves
  }

  private func fitting(_ rest: ArraySlice<Node>) -> [Node] {
    var wave: [Node] = []
    var out: [String: Int] = [:]
    var waiting: Set<String> = []
    for node in rest {
      guard wave.count < max(1, limit) else { break }
      let fits = node.groups.allSatisfy { out[$0, default: 0] < max(1, allowances[$0] ?? 1) && !waiting.contains($0) }
      guard fits, !alone.contains(node.name) else {
        waiting.formUnion(node.groups)
        continue
      }
      wave.append(node)
      for group in node.groups { out[group, default: 0] += 1 }
    }
    return wave
  }
}
