/// A group of instances behind the lab's load balancer.
public struct LabGroup: Sendable, Hashable, Codable {
  /// The group's name.
  public let name: String
  /// Where the load balancer listens for it.
  public let url: String
  /// How many instances it has.
  public let instanceCount: Int

  /// `url` as `ADDRESS:PORT`.
  var endpoint: String { String(url.dropFirst("http://".utf8.count)) }
}

extension LabGroup {
  /// The groups of `nodes`, in the order in which they come; `url` has the URL of the one with that number.
  static func all(of nodes: [LabNode], url: (Int) -> String) -> [LabGroup] {
    var names: [String] = []
    for name in nodes.flatMap(\.groups) where !names.contains(name) { names.append(name) }
    return names.enumerated().map { index, name in
      LabGroup(
        name: name, url: url(index), instanceCount: nodes.flatMap(\.instances).filter { $0.group == name }.count)
    }
  }
}
