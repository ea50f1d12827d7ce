import Foundation
import Records
import Upgrade

/// What this host knows about the runs that hold locks.
struct LocalLives {
  let logDir: String

  /// The life of `run`; nil when its journal is not in the log folder.
  func life(of run: String) -> RunLife? {
    guard let id = RunID(run), let folder = try? RunFolder.find(id.text, in: logDir) else { return nil }
    return RunLife(folder, from: ProcessInfo.processInfo.hostName)
  }
}
