/// What nodes have said that the operator reads at the end: bounded, however much they say.
struct NodeMessages: Sendable {
  /// The most messages of a node that are kept; all are in its log.
  private static let limit = 100

  private var messages: [(node: String, text: String)] = []
  private var counts: [String: Int] = [:]

  private var distinct: Set<[String]> = []

  /// Keeps a message, unless the node has said too much already, or `once` is wanted and it has said just this.
  mutating func add(_ node: String, _ text: String, once isDistinct: Bool = false) {
    if isDistinct {
      guard !distinct.contains([node, text]) else { return }
      if counts[node, default: 0] < Self.limit { distinct.insert([node, text]) }
    }
    counts[node, default: 0] += 1
    if counts[node, default: 0] <= Self.limit { messages.append((node, text)) }
  }

  /// Those that have said something, in the order in which they did first.
  var nodes: [String] {
    var seen: Set<String> = []
    return messages.map(\.node).filter { seen.insert($0).inserted }
  }

  /// A line a message; where they are `folded`, a line for all nodes that have said the same.
  func lines(folded isFolded: Bool) -> [String] {
    (isFolded ? folded : messages.map { "\($0.node): \($0.text)" }) + more
  }

  private var folded: [String] {
    var nodes: [String: [String]] = [:]
    var order: [String] = []
    for (node, text) in messages {
      if nodes[text] == nil { order.append(text) }
      if nodes[text]?.last != node { nodes[text, default: []].append(node) }
    }
    return order.map { "\(nodes[$0, default: []].listed): \($0)" }
  }

  private var more: [String] {
    counts.filter { $0.value > Self.limit }.sorted { $0.key < $1.key }.map { node, count in
      "\(node): \(count - Self.limit) more, which are in its log"
    }
  }
}
