/// Where a detached job stands, as the node tells.
public enum DetachedState: Sendable, Hashable {
  /// It runs.
  case running
  /// It ended, and left its exit code.
  ///
  /// A shell tells signal 15 and `exit 143` by the same number, so 129 to 192 are a signal where the number has a name.
  case ended(CommandExit)
  /// Its process is gone without having left an exit code, and the node was not started anew: it was killed, or the code
  /// could not be written; `freeKiB` is the room left on the disk, and processes that it started may still run.
  case vanished(freeKiB: Int?, isAlive: Bool)
  /// The node was started anew while it ran.
  case rebooted
  /// There is no such job: never started, or removed.
  case absent
  /// It does not end although it was killed.
  case stuck
  /// So many jobs of the run are still there.
  case left(Int)
  /// The node's folder is not fit for it, or it could not be started; why.
  case refused(String)

  /// The state that the words of a reply tell; nil when they tell none.
  init?(words: String) {
    let parts = words.split(separator: " ").map(String.init)
    switch parts.first {
    case "running": self = .running
    case "rebooted": self = .rebooted
    case "absent": self = .absent
    case "stuck": self = .stuck
    case "vanished": self = .vanished(freeKiB: parts.count > 1 ? Int(parts[1]) : nil, isAlive: parts.last == "alive")
    case "left": self = .left(parts.dropFirst().first.flatMap { Int($0) } ?? 0)
    case "refused": self = .refused(parts.dropFirst().joined(separator: " "))
    case "exited":
      guard let code = parts.dropFirst().first.flatMap({ Int32($0) }) else { return nil }
      let name = parts.dropFirst(2).first.map { $0.hasPrefix("SIG") ? String($0.dropFirst(3)) : $0 }
      self = .ended(name.flatMap { Int32($0) == nil ? CommandExit.signal($0) : nil } ?? .code(code))
    default: return nil
    }
  }

  /// Why the job that is in this state will never give an exit code; nil when it does, or runs.
  public var failure: Failure? {
    switch self {
    case .running, .ended, .left: nil
    case .vanished(let free, let isAlive):
      Failure(
        .exit, "it left no exit code: it was killed, or the code could not be written",
        evidence: (free.map { ["\($0) KiB are free on the disk of the job's folder"] } ?? [])
          + (isAlive ? ["processes that it started still run"] : []))
    case .rebooted: Failure(.exit, "the node was started anew while it ran")
    case .absent: Failure(.refused, "there is no such job on the node")
    case .stuck: Failure(.timeout, "its processes do not end although they were killed")
    case .refused(let reason): Failure(.refused, reason)
    }
  }
}
