/// Tells that something has happened on a gateway, so that whoever waits for it looks at once and not only at the next
/// poll. A report is never the proof: what it tells of is looked at.
public protocol WebhookEvents: Sendable {
  /// How many reports have come so far: to be read before looking, so that none that comes meanwhile is missed.
  var count: Int { get async }

  /// Returns once there are more reports than `count`, at once where there are, or when `limit` has passed.
  ///
  /// - Throws: `CancellationError`.
  func wait(beyond count: Int, atMost limit: Duration, by clock: any Clock<Duration>) async throws
}

/// Where there is no listener: nothing is ever reported, and waiting is what polling does.
public struct NoWebhookEvents: WebhookEvents {
  /// No events.
  public init() {}

  /// Always 0.
  public var count: Int { 0 }

  /// Sleeps for `limit`.
  public func wait(beyond count: Int, atMost limit: Duration, by clock: any Clock<Duration>) async throws {
    try await clock.sleep(for: limit)
  }
}
