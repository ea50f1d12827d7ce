/// What a mixed load is to be.
public struct LoadOptions: Sendable, Hashable {
  /// How many connections there are at once, over all groups.
  public var connections = 200
  /// How many requests of the short kinds are sent a second, over all groups.
  public var rate = 150
  /// How many connections besides do nothing but one long answer after the other.
  public var longConnections = 0
  /// How long such an answer goes on, in seconds, 600 at most.
  public var longSeconds = 60

  /// The usual load.
  public init() {}
}
