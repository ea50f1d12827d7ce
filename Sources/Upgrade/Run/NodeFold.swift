/// Nodes of a group that stand alike, to be shown as one.
public struct NodeFold: Sendable {
  /// The nodes, at least one, in their order.
  public let nodes: [Node]
  /// What they are called together: `Gateway Group (30 nodes)`, or `Gateway Group (24 of 30 nodes)` where others of the
  /// group stand otherwise; one alone by its own name.
  public let label: String

  /// Folds `nodes`, which are some or all of `all`, by their groups and by what `standing` says of each; in the order of
  /// the first node of each fold.
  public static func folds<Standing: Hashable>(
    of nodes: [Node], among all: [Node], by standing: (Node) -> Standing
  ) -> [NodeFold] {
    var places: [Key<Standing>: Int] = [:]
    var folds: [[Node]] = []
    for node in nodes {
      let key = Key(groups: node.groups, standing: standing(node))
      if let place = places[key] {
        folds[place].append(node)
      } else {
        places[key] = folds.count
        folds.append([node])
      }
    }
    let sizes = all.reduce(into: [[String]: Int]()) { $0[$1.groups, default: 0] += 1 }
    return folds.map { NodeFold(nodes: $0, label: label($0, of: sizes[$0[0].groups] ?? $0.count)) }
  }

  private static func label(_ nodes: [Node], of size: Int) -> String {
    guard nodes.count > 1 else { return nodes[0].name }
    let groups = nodes[0].groups
    let name = groups.isEmpty ? "no instances" : groups.listed
    return "\(name) (\(nodes.count == size ? "" : "\(nodes.count) of ")\(size) nodes)"
  }

  private struct Key<Standing: Hashable>: Hashable {
    let groups: [String]
    let standing: Standing
  }
}
