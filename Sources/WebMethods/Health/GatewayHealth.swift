/// How a gateway feels, from good to bad.
public enum GatewayHealth: String, Sendable, Hashable, Codable, CaseIterable {
  /// All is well.
  case green
  /// It serves, but something is not as it should be.
  case yellow
  /// It does not serve.
  case red

  /// The worse of the two.
  func and(_ other: GatewayHealth) -> GatewayHealth {
    Self.allCases.last { $0 == self || $0 == other } ?? self
  }
}
