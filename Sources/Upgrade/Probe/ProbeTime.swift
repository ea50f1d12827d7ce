import FoundationEssentials

/// The time since it was made, by any clock, and the wall clock beside it.
struct ProbeTime: Sendable {
  /// The time that has passed.
  let elapsed: @Sendable () -> Duration
  private let now: @Sendable () -> Date
  private let sleeper: @Sendable (Duration) async throws -> Void

  init<C: Clock>(_ clock: C, now: @escaping @Sendable () -> Date) where C.Duration == Duration {
    let start = clock.now
    elapsed = { start.duration(to: clock.now) }
    sleeper = { try await clock.sleep(until: start.advanced(by: $0), tolerance: .zero) }
    self.now = now
  }

  /// Returns at `moment`; false when the task was cancelled before.
  func sleep(until moment: Duration) async -> Bool {
    do { try await sleeper(moment) } catch { return false }
    return true
  }

  /// The wall clock at `moment`, which is near now.
  func date(at moment: Duration) -> Date {
    now().addingTimeInterval((moment - elapsed()).inMilliseconds / 1000)
  }
}
