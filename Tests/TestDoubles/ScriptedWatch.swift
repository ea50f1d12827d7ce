import Upgrade

/// Tells that every node serves, but for those that it was told about.
public actor ScriptedWatch: AvailabilityWatch {
  private var obstacles: [String: String]

  /// `obstacles` by node.
  public init(_ obstacles: [String: String] = [:]) { self.obstacles = obstacles }

  /// Says from now on that `node` does not serve, or that it does.
  public func set(_ node: String, _ obstacle: String?) { obstacles[node] = obstacle }

  /// As it was told.
  public func obstacle(of node: Node) -> String? { obstacles[node.name] }
}
