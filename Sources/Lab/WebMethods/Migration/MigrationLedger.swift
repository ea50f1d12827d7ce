import Glibc
import Upgrade

/// What has become of the actions of a migration: in the datastore, so that all its gateways know.
///
/// An action runs in one process and ends with it: one whose process is gone has failed.
struct MigrationLedger: Sendable {
  /// How far an action is.
  enum State: Sendable, Hashable {
    case running
    case success
    case failure(String)
  }

  private struct Entry: Codable, Sendable {
    var pid: Int32
    var startTime: UInt64
    var isEnded = false
    var failureReason: String?
  }

  private struct Content: Codable, Sendable {
    var entries: [String: Entry] = [:]
    var isCoreReindexed = false
  }

  private let file: SharedFile<Content>

  init(_ folder: DatastoreFolder) { file = SharedFile(path: folder.migration, initial: Content()) }

  /// Whether there are assets of another datastore that were not cleaned away.
  var isCoreReindexed: Bool { file.read().isCoreReindexed }

  /// How far the action of this name is; nil when it never ran.
  func state(of name: String) -> State? { file.read().entries[name].map(Self.state) }

  /// Begins an action in this process.
  ///
  /// - Returns: nil; or the name of the one that runs already.
  func begin(_ name: String) throws(Failure) -> String? {
    guard let facts = ProcessFacts(getpid()) else { throw Failure(.io, "read /proc/\(getpid())/stat") }
    return try file.update { (content) throws(Failure) in
      if let other = content.entries.first(where: { Self.state($0.value) == .running }) { return other.key }
      content.entries[name] = Entry(pid: facts.pid, startTime: facts.startTime)
      return nil
    }
  }

  /// Ends it.
  ///
  /// - Parameter isCoreReindexed: what holds from now on, where the action has changed it.
  func end(_ name: String, failureReason: String?, isCoreReindexed: Bool?) throws(Failure) {
    try file.update { (content) throws(Failure) in
      content.entries[name]?.isEnded = true
      content.entries[name]?.failureReason = failureReason
      if let isCoreReindexed { content.isCoreReindexed = isCoreReindexed }
    }
  }

  private static func state(_ entry: Entry) -> State {
    if entry.isEnded { return entry.failureReason.map(State.failure) ?? .success }
    guard let facts = ProcessFacts(entry.pid), facts.startTime == entry.startTime, !facts.isZombie else {
      return .failure("The server that ran the action was stopped before it had ended.")
    }
    return .running
  }
}
