/// Why a node does not serve, or is not known to.
public struct Obstacle: Sendable, Hashable {
  /// The reason, in a phrase like `the load balancer has it down`.
  public let reason: String
  /// Whether it is known not to serve. Where nobody could say, neither it nor its place may be counted on.
  public let isCertain: Bool

  /// An obstacle.
  public init(_ reason: String, isCertain: Bool = true) {
    self.reason = reason
    self.isCertain = isCertain
  }
}

extension Obstacle: CustomStringConvertible {
  /// The reason.
  public var description: String { reason }
}
