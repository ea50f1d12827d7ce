import Upgrade

/// A load balancer that says what it is told to, in turn, the last answer again and again.
public actor ScriptedBalancer: LoadBalancer {
  private var states: [DrainState]
  private var standings: [String: Standing]
  private let standing: Standing
  /// How many times in a row it must say drained.
  public nonisolated let pollsUntilDrained: Int

  /// A balancer; `standings` by node, `standing` for any other.
  public init(
    _ states: [DrainState] = [.drained], _ standing: Standing = .enabled, standings: [String: Standing] = [:],
    polls: Int = 1
  ) {
    self.states = states
    self.standing = standing
    self.standings = standings
    pollsUntilDrained = polls
  }

  /// Says from now on that `node` stands so.
  public func set(_ node: String, _ standing: Standing) { standings[node] = standing }

  /// Does nothing.
  public func disable(_ node: Node) {}
  /// Does nothing.
  public func enable(_ node: Node) {}
  /// The next answer.
  public func isDrained(_ node: Node) -> DrainState { states.count > 1 ? states.removeFirst() : states[0] }
  /// As it was told.
  public func standing(of node: Node) -> Standing { standings[node.name] ?? standing }
}
