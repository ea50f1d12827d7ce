/// Waits for something to become true by looking again and again: a deadline is a limit, never a sleep.
public enum Polling {
  /// Asks `look` until it gives a value, or `deadline` has passed: nil then. It is asked at least once.
  ///
  /// - Parameter interval: the pause between two looks.
  public static func value<C: Clock, Value>(
    within deadline: Duration, every interval: Duration = .milliseconds(250), by clock: C,
    isolation: isolated (any Actor)? = #isolation, _ look: () async throws -> Value?
  ) async throws -> Value? where C.Duration == Duration {
    let start = clock.now
    while true {
      if let value = try await look() { return value }
      let left = deadline - start.duration(to: clock.now)
      guard left > .zero else { return nil }
      try await clock.sleep(for: min(interval, left))
    }
  }
}
