import Synchronization

/// When something happened first.
final class FirstTime: Sendable {
  private let seen = Mutex<Double?>(nil)

  /// It happened at `time`.
  func note(_ time: Double) { seen.withLock { $0 = $0 ?? time } }

  /// Nil as long as it has not.
  var time: Double? { seen.withLock { $0 } }
}
