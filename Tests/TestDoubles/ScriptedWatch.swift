import Upgrade

/// Tells that every node serves, but for those that it was told about.
public actor ScriptedWatch: AvailabilityWatch {
  private var obstacles: [String: String]
  private var unknown: Set<String> = []

  /// `obstacles` by node.
  public init(_ obstacles: [String: String] = [:]) { self.obstacles = obstacles }

  /// Says from now on that `node` does not serve, or that it does.
  public func set(_ node: String, _ obstacle: String?) { obstacles[node] = obstacle }

  /// Cannot say from now on whether `node` serves.
  public func lose(_ node: String) {
    obstacles[node] = "nobody knows"
    unknown.insert(node)
  }

  /// As it was told.
  public func obstacle(of node: Node) -> Obstacle? {
    obstacles[node.name].map { Obstacle($0, isCertain: !unknown.contains(node.name)) }
  }
}
