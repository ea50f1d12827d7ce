/// Waits for something to become true by looking again and again, and at once when an event was reported.
public enum EventPolling {
  /// Asks `look` until it gives a value, or `deadline` has passed: nil then. It is asked at least once.
  ///
  /// - Parameters:
  ///   - interval: the longest pause between two looks.
  ///   - events: what cuts a pause short.
  public static func value<C: Clock, Value>(
    within deadline: Duration, every interval: Duration, wokenBy events: any WebhookEvents, by clock: C,
    isolation: isolated (any Actor)? = #isolation, _ look: () async throws -> Value?
  ) async throws -> Value? where C.Duration == Duration {
    let start = clock.now
    while true {
      let seen = await events.count
      if let value = try await look() { return value }
      let left = deadline - start.duration(to: clock.now)
      guard left > .zero else { return nil }
      try await events.wait(beyond: seen, atMost: min(interval, left), by: clock)
    }
  }
}
