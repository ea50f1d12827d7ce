import Synchronization

/// A value that is there before anybody asks for it, but not yet when those are made who will ask.
final class Late<Value: Sendable>: Sendable {
  private let content = Mutex<Value?>(nil)

  /// Gives it its value.
  func set(_ value: Value) { content.withLock { $0 = value } }

  /// The value.
  var value: Value {
    guard let value = content.withLock({ $0 }) else { preconditionFailure("asked for before it was set") }
    return value
  }
}
