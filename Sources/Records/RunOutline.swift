import Foundation
import Upgrade

/// One run in a line: when it was, on which nodes, and how it ended. Made from its journal.
public struct RunOutline: Sendable, Hashable, Codable {
  /// Where a run stands.
  public enum State: String, Sendable, Hashable, Codable {
    /// Its process lives.
    case running
    /// It came to an end of its own.
    case ended
    /// Its process is gone, and did not say that it ended.
    case interrupted
    /// Its journal cannot be read.
    case unreadable
  }

  /// The run.
  public let id: RunID
  /// Where it stands.
  public let state: State
  /// When it began.
  public let began: Date
  /// When it ended; nil when it did not.
  public let ended: Date?
  /// How it ended; nil when it did not.
  public let status: Status?
  /// The nodes of its topology.
  public let nodes: [String]
  /// Why its journal cannot be read, or that its last line is torn; nil when all is well.
  public let problem: String?

  /// The outline of the run in `folder`.
  public init(_ folder: RunFolder) {
    // Asked first: a run that ends between the two questions has ended, and was not interrupted.
    let isRunning = Self.isLocked(folder.journal)
    var end: (time: Date, status: Status)?
    var nodes: [String] = []
    var problem: String?
    var isReadable = true
    do {
      let torn = try JournalReader(folder.journal).read { entry in
        if case .opened(let origin) = entry.event { nodes = origin.nodes }
        if case .runEnded(let status) = entry.event { end = (entry.time, status) }
        if case .continued = entry.event { end = nil }
      }
      if torn > 0, !isRunning { problem = "\(torn) bytes of a torn last entry" }
    } catch {
      isReadable = false
      problem = Failure.from(error, as: .io).description
    }
    id = folder.id
    began = folder.id.time
    state = !isReadable ? .unreadable : end != nil ? .ended : isRunning ? .running : .interrupted
    ended = end?.time
    status = end?.status
    self.nodes = nodes
    self.problem = problem
  }

  /// Whether a process writes the journal at `path`: it holds a lock as long as it lives.
  static func isLocked(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }
}
