import Synchronization

/// Runs operations one after another, in the order in which they were handed in; an actor alone would interleave them
/// wherever they wait.
public final class SerialQueue: Sendable {
  private let last = Mutex<Task<Void, Never>?>(nil)

  /// An idle queue.
  public init() {}

  /// Runs `operation` when all earlier ones have ended; cancelling the caller cancels it.
  public func run<Value: Sendable>(_ operation: @escaping @Sendable () async throws -> Value) async throws -> Value {
    let task = last.withLock { last in
      let task = Task { [last] in
        await last?.value
        try Task.checkCancellation()
        return try await operation()
      }
      last = Task { _ = await task.result }
      return task
    }
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }
}
