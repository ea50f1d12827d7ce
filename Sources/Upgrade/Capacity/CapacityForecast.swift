/// What becomes of the groups while nodes are upgraded wave by wave. Pure.
public struct CapacityForecast: Sendable {
  /// The names of the nodes of each group.
  private let members: [String: [String]]
  private let floors: [String: Int]
  private let down: Set<String>

  /// A forecast for `nodes`, of which those in `down` do not serve now; `floors` by group.
  public init(nodes: [Node], floors: [String: Int], down: Set<String>) {
    var members: [String: [String]] = [:]
    for node in nodes { for group in node.groups { members[group, default: []].append(node.name) } }
    self.members = members
    self.floors = floors
    self.down = down
  }

  /// What a wave would do to a group.
  public struct Shortage: Sendable, Hashable {
    /// The group.
    public let group: String
    /// The nodes of the wave that serve it.
    public let taken: [String]
    /// How many nodes would go on serving it.
    public let left: Int
    /// How many nodes it has.
    public let size: Int
    /// How many must.
    public let floor: Int
    /// The group's nodes that do not serve anyway.
    public let down: [String]
  }

  /// The first shortage of each group, if the nodes go in these waves and each serves again when its wave is over.
  public func shortages(in waves: [[Node]]) -> [Shortage] {
    var down = down
    var shortages: [Shortage] = []
    var short: Set<String> = []
    for wave in waves {
      for group in groups(of: wave) where !short.contains(group) {
        guard let shortage = shortage(in: group, while: wave, down: down) else { continue }
        shortages.append(shortage)
        short.insert(group)
      }
      down.subtract(wave.map(\.name))
    }
    return shortages
  }

  private func shortage(in group: String, while wave: [Node], down: Set<String>) -> Shortage? {
    let members = members[group] ?? []
    let taken = wave.filter { $0.groups.contains(group) && !down.contains($0.name) }.map(\.name)
    let left = members.count { !down.contains($0) } - taken.count
    // Who does not serve anyway takes nothing away.
    guard !taken.isEmpty, left < floors[group] ?? 0 else { return nil }
    return Shortage(
      group: group, taken: taken, left: left, size: members.count, floor: floors[group] ?? 0,
      down: members.filter { down.contains($0) && !wave.map(\.name).contains($0) })
  }

  private func groups(of wave: [Node]) -> [String] {
    var seen: [String] = []
    for group in wave.flatMap(\.groups) where !seen.contains(group) { seen.append(group) }
    return seen
  }
}
