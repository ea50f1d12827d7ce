import Dispatch

/// Runs calls that block (files, name resolution, key derivation) on threads of their own, away from loop and pool.
enum Blocking {
  /// Runs `call` and gives its result.
  static func run<Result: Sendable>(_ call: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(with: Swift.Result(catching: call)) }
    }
  }
}
