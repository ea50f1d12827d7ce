/// The versions of webMethods API Gateway that the lab simulates, oldest first, and how they differ.
public enum GatewayVersion: String, Sendable, Hashable, Codable, CaseIterable {
  case v10_7 = "10.7"
  case v10_11 = "10.11"
  case v10_15 = "10.15"
  case v11_0 = "11.0"

  /// Whether it is `other` or a later one.
  func isAtLeast(_ other: GatewayVersion) -> Bool { order >= other.order }

  private var order: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// The word of `indicesType` for logs and events.
  var logIndicesType: String { isAtLeast(.v10_11) ? "analyticsandlogs" : "logsevents" }

  /// The status of something that has not ended yet; nil is a JSON null. 11.0 documents both.
  var pendingStatus: String? { isAtLeast(.v10_15) ? "in progress" : nil }

  /// Whether a key without a value is left out of an answer; 11.0's schema knows no nulls.
  var isOmittingNulls: Bool { isAtLeast(.v11_0) }
}
