/// What a gateway that is quiesced for all writes to its datastore first.
public enum FlushedData: String, Sendable, Hashable, Codable, CaseIterable {
  /// The counted transactions.
  case license = "license_metrics"
  /// The performance figures.
  case performance = "performance_metrics"
  /// The subscriptions' quota.
  case quota = "subscription_quota"
}
