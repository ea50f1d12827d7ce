import FoundationEssentials

/// What users were seen to suffer was more than the operator allows.
public struct Breach: Sendable, Hashable, Codable {
  /// What was seen and what was allowed: `https://api.example/ping: 4 probes failed, 3 are allowed`.
  public let reason: String
  /// When it was seen; nil where that is not known.
  public let time: Date?

  /// A breach.
  public init(_ reason: String, at time: Date? = nil) {
    self.reason = reason
    self.time = time
  }
}
