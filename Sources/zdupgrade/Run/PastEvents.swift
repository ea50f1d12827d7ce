import Records
import Synchronization
import Upgrade

/// What the journal of a run holds: how far it has come, and its events but for what commands printed, of which there
/// may be much.
final class PastEvents: Sendable {
  private let taken = Mutex<(progress: Progress, events: [Event])>((Progress(), []))

  /// How far the run has come.
  var progress: Progress { taken.withLock { $0.progress } }
  /// Its events, the commands' output apart.
  var events: [Event] { taken.withLock { $0.events } }
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
    _ = try JournalReader(folder.journal).read { take($0.event) }
  }

  /// Takes in the next event.
  func take(_ event: Event) {
    taken.withLock { taken in
      taken.progress.apply(event)
      if case .output = event { return }
      taken.events.append(event)
    }
  }
}
