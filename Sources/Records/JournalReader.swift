import Upgrade

/// Reads the journal of a run as it is now.
public struct JournalReader: Sendable {
  /// The journal's path.
  public let path: String

  /// A reader of the journal at `path`.
  public init(_ path: String) { self.path = path }

  /// Hands every entry to `body`, in order.
  ///
  /// - Returns: how many bytes of a torn last line stand behind the last entry; 0 when it is whole.
  /// - Throws: what `JournalFollower.read` does.
  public func read(_ body: (JournalEntry) throws -> Void) throws -> Int {
    var follower = JournalFollower(path)
    return try follower.read(body)
  }
}
