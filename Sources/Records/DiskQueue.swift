import Dispatch
import Glibc

/// Waits for the disk on a thread of its own, away from the pool that all else shares.
struct DiskQueue: Sendable {
  private let queue = DispatchQueue(label: "zdupgrade.disk")

  /// Has what was written to `descriptor` kept by the disk; the system's error number where that fails.
  func sync(_ descriptor: Int32) async -> Int32? {
    await withCheckedContinuation { continuation in
      queue.async { continuation.resume(returning: fsync(descriptor) == 0 ? nil : errno) }
    }
  }
}
