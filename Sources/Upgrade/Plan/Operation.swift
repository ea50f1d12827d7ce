/// What a product's own interface does to a node, such as a call of a gateway's administration API. What it means is the
/// product's business: the engine plans it, writes it down, does it again or takes it back without knowing.
public struct Operation: Sendable, Hashable, Codable {
  /// What is done, in the product's words.
  public let name: String
  /// With what; no secret is in it.
  public let arguments: [String: String]
  /// Command lines for the control node that do the same by hand.
  public let lines: [String]
  /// Seconds within which it must have had its effect.
  public let deadline: Int
  /// Whether doing it twice is more than seeing to a state twice.
  public let isOneTime: Bool
  /// Whether it may be left before its end, since it only waits.
  public let mayBeLeft: Bool

  /// An operation.
  public init(
    _ name: String, arguments: [String: String] = [:], lines: [String] = [], deadline: Int, isOneTime: Bool = false,
    mayBeLeft: Bool = false
  ) {
    self.name = name
    self.arguments = arguments
    self.lines = lines
    self.deadline = deadline
    self.isOneTime = isOneTime
    self.mayBeLeft = mayBeLeft
  }
}
