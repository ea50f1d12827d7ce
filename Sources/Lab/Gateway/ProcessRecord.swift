import Glibc
import Upgrade

/// The pid file of a simulated process: pid and start time, so that a stale file or a recycled pid is not taken for it.
struct ProcessRecord: Sendable {
  let path: String

  /// The process, when it runs.
  var running: ProcessFacts? {
    let words = TextFile.read(path)?.split(whereSeparator: \.isWhitespace) ?? []
    guard words.count == 2, let pid = Int32(words[0]), let startTime = UInt64(words[1]) else { return nil }
    guard let facts = ProcessFacts(pid), facts.startTime == startTime, !facts.isZombie else { return nil }
    return facts
  }

  /// Records the current process.
  func write() throws(Failure) {
    guard let facts = ProcessFacts(getpid()) else { throw Failure(.io, "read /proc/\(getpid())/stat") }
    try TextFile.write("\(facts.pid) \(facts.startTime)\n", to: path)
  }

  /// Forgets the process.
  func remove() { unlink(path) }
}
