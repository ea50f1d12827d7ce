import Glibc
import Upgrade

/// Work that SIGINT and SIGTERM cancel, so that it can clean up.
public enum Interruptible {
  /// Runs `work`; a signal cancels it, and it is waited for.
  ///
  /// - Throws: what `work` throws; `Failure` of kind `.cancelled` with the exit code 128 + signal when a signal came.
  public static func run<Result: Sendable>(_ work: @escaping @Sendable () async throws -> Result) async throws -> Result
  {
    let signals = StopSignals()
    let task = Task { try await work() }
    let watch = Task {
      for await number in signals.numbers {
        task.cancel()
        return number
      }
      return 0
    }
    let result = await task.result
    guard task.isCancelled else {
      watch.cancel()
      return try result.get()
    }
    throw Failure(.cancelled, "was interrupted", exitCode: 128 + (await watch.value))
  }
}
