import Records
import Synchronization
import Upgrade

/// What the journal of a run holds: how far it has come, and its events but for what commands printed, of which there
/// may be much.
final class PastEvents: Sendable {
  private struct Taken {
    var progress = Progress()
    var events: [Event] = []
    var times = NodeTimes()
  }

  private let taken = Mutex(Taken())

  /// How far the run has come.
  var progress: Progress { taken.withLock { $0.progress } }
  /// Its events, the commands' output apart.
  var events: [Event] { taken.withLock { $0.events } }
  /// The longest that a node has taken, from its first disruptive phase to its last; nil when none is done.
  var longestNode: Duration? { taken.withLock { $0.times.longest } }
  /// What its plan was made from; nil where it has not come to a plan.
  var basis: RunBasis? {
    events.lazy.compactMap(\.basis).last
  }

  /// Nothing yet.
  init() {}

  /// What the journal in `folder` holds.
  ///
  /// - Throws: `Failure` when it cannot be read.
  init(_ folder: RunFolder) throws {
    _ = try JournalReader(folder.journal).read(take)
  }

  /// Takes in the next entry.
  func take(_ entry: JournalEntry) {
    taken.withLock { taken in
      taken.progress.apply(entry.event)
      taken.times.apply(entry)
      if case .output = entry.event { return }
      taken.events.append(entry.event)
    }
  }
}
