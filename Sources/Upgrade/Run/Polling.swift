/// Waits for something to become true by looking again and again: a deadline is a limit, never a sleep.
public enum Polling {
  /// Asks `look` until it gives a value, or `deadline` has passed: nil then. It is asked at least once.
  ///
  /// - Parameters:
  ///   - interval: the pause between two looks.
  ///   - first: the pause behind the first look, where what is waited for may come at once; it doubles up to `interval`.
  public static func value<C: Clock, Value>(
    within deadline: Duration, every interval: Duration = .milliseconds(250), from first: Duration? = nil, by clock: C,
    isolation: isolated (any Actor)? = #isolation, _ look: () async throws -> Value?
  ) async throws -> Value? where C.Duration == Duration {
    let start = clock.now
    var pause = first ?? interval
    while true {
      if let value = try await look() { return value }
      let left = deadline - start.duration(to: clock.now)
      guard left > .zero else { return nil }
      try await clock.sleep(for: min(pause, left))
      pause = min(pause * 2, interval)
    }
  }
}
