import Dispatch

/// Runs an actor's work on a thread that may wait for a disk, away from the pool that all else shares.
final class DiskQueue: SerialExecutor {
  private let queue = DispatchQueue(label: "zdupgrade.disk")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }
}
