import Glibc
import Upgrade

/// A thread of its own for work that blocks, which must not be done on Swift's own threads.
enum LoadThread {
  private final class Work: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  /// Runs `work` there.
  ///
  /// - Throws: `Failure` of kind `.io` when there can be no more threads.
  static func run<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      var attributes = pthread_attr_t()
      pthread_attr_init(&attributes)
      defer { pthread_attr_destroy(&attributes) }
      pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
      // There are hundreds of them.
      pthread_attr_setstacksize(&attributes, 512 << 10)
      let box = Unmanaged.passRetained(Work { continuation.resume(returning: work()) })
      var thread = pthread_t()
      let status = pthread_create(
        &thread, &attributes,
        { pointer in
          if let pointer { Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().run() }
          return nil
        }, box.toOpaque())
      guard status != 0 else { return }
      box.release()
      continuation.resume(throwing: Failure(.io, "start a thread: \(String(cString: strerror(status)))"))
    }
  }
}
