import Synchronization

/// A clock on which time passes only by sleeping, at once: a test of a deadline takes no time.
public final class ManualClock: Clock, Sendable {
  /// A point in its time.
  public struct Instant: InstantProtocol {
    let offset: Duration
    /// The instant `duration` later.
    public func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    /// The time from this instant to `other`.
    public func duration(to other: Instant) -> Duration { other.offset - offset }
    /// Earlier is less.
    public static func < (a: Instant, b: Instant) -> Bool { a.offset < b.offset }
  }

  private let time = Mutex(Duration.zero)

  /// A clock at zero.
  public init() {}
  /// The time that was slept so far.
  public var now: Instant { Instant(offset: time.withLock { $0 }) }
  /// As fine as it gets.
  public var minimumResolution: Duration { .zero }

  /// Moves the time on to `deadline`.
  public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    try Task.checkCancellation()
    time.withLock { $0 = max($0, deadline.offset) }
    await Task.yield()
  }
}
