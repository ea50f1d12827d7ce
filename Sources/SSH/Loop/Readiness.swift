/// Lets one task on the loop wait for a socket, a deadline or its cancellation, whichever is first.
///
/// `@unchecked Sendable`: everything happens on the loop's thread; only the reference travels.
final class Readiness: @unchecked Sendable {
  private let loop: EventLoop
  private var waiter: CheckedContinuation<Bool, any Error>?
  private var timer: TimerQueue.Timer?
  private var wasSignalled = false

  init(on loop: EventLoop) { self.loop = loop }

  /// Something has changed: resumes the waiting task, or lets the next wait return at once.
  func signal() {
    if waiter == nil { wasSignalled = true } else { resume(.success(true)) }
  }

  /// Waits for `signal`; false when `deadline` has passed first. To be called on the loop.
  ///
  /// - Throws: `CancellationError`.
  func wait(
    until deadline: ContinuousClock.Instant, isolation: isolated (any Actor)? = #isolation
  ) async throws -> Bool {
    try Task.checkCancellation()
    if wasSignalled {
      wasSignalled = false
      return true
    }
    return try await withTaskCancellationHandler {
      // Naming it keeps this closure on the loop; without that it would run on the cooperative pool.
      _ = isolation
      return try await withCheckedThrowingContinuation { continuation in
        assert(loop.isCurrent)
        waiter = continuation
        timer = loop.schedule(after: deadline - .now) { [weak self] in self?.resume(.success(false)) }
      }
    } onCancel: {
      loop.execute { self.resume(.failure(CancellationError())) }
    }
  }

  private func resume(_ result: Result<Bool, any Error>) {
    guard let waiter else { return }
    self.waiter = nil
    if let timer { loop.cancel(timer) }
    timer = nil
    waiter.resume(with: result)
  }
}
