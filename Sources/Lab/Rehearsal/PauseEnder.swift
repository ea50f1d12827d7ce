import Glibc
import Upgrade

/// Lets a run go on that waits for its operator, who is not there in a rehearsal.
struct PauseEnder: Sendable {
  /// The folder of the run's logs.
  let logs: String

  /// Does so until it is cancelled.
  func run() async {
    var watch = JournalWatch(logs: logs)
    var process: Int32?
    var isPaused = false
    while !Task.isCancelled {
      for entry in watch.news() {
        switch entry.event {
        case .opened(let origin): process = origin.processID
        case .paused: isPaused = true
        case .resumed, .runEnded: isPaused = false
        default: break
        }
      }
      // Said until it is heard: the pause may be written down before the run listens.
      if isPaused, let process { kill(process, SIGUSR1) }
      try? await Task.sleep(for: .milliseconds(100))
    }
  }
}
