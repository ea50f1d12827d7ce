import Foundation
import Records
import Upgrade

/// A run as its journal has it now, also while a process writes it; nothing is locked or written.
struct RunHistory {
  /// Where a run stands, as far as it is known here.
  enum State: String, Encodable {
    case running
    case ended
    case interrupted
    /// It has not ended, and ran on another host: nobody here can say whether it still does.
    case elsewhere
  }

  let folder: RunFolder
  let outline: RunOutline
  /// What happened, but for what commands printed.
  let entries: [JournalEntry]
  /// Who runs it, or did last.
  let origin: RunOrigin
  /// Since when that one does.
  let since: Date
  /// Whether that one goes on with it, or takes it back; nil for who has begun it.
  let continuation: Continuation?
  /// When the journal was last written.
  let lastEntry: Date
  /// What the plan was made from; nil where it has not come to a plan.
  let basis: RunBasis?

  /// The run of `logDir` that `command` has begun and whose id begins with `beginning`; without one the newest that runs
  /// or has come to a plan, and where there is none the newest.
  ///
  /// - Throws: `Failure` of kind `.refused` when there is none; `Failure` when a journal cannot be read.
  init(_ beginning: String?, in logDir: String, of command: String) throws {
    let folder = try RunFolder.find(beginning, in: logDir)
    var history = try RunHistory(folder)
    if beginning == nil, !history.isWorthALook(command) {
      for older in try RunFolder.all(in: logDir) where older.id < folder.id {
        let found = try RunHistory(older)
        guard found.isWorthALook(command) else { continue }
        history = found
        break
      }
    }
    try history.basis?.check(command, of: history.folder.id)
    self = history
  }

  private func isWorthALook(_ command: String) -> Bool {
    basis.map { $0.command == command } ?? (outline.state == .running)
  }

  /// The run in `folder`.
  ///
  /// - Throws: `Failure` when its journal cannot be read.
  init(_ folder: RunFolder) throws {
    self.folder = folder
    outline = RunOutline(folder)
    var entries: [JournalEntry] = []
    var taken: (origin: RunOrigin, since: Date, continuation: Continuation?)?
    var basis: RunBasis?
    var lastEntry = folder.id.time
    _ = try JournalReader(folder.journal).read { entry in
      lastEntry = entry.time
      switch entry.event {
      case .output: return
      case .opened(let origin): taken = (origin, entry.time, nil)
      case .continued(let origin, let continuation): taken = (origin, entry.time, continuation)
      default: break
      }
      basis = entry.event.basis ?? basis
      entries.append(entry)
    }
    guard let taken else {
      throw Failure(.refused, "journal \(folder.journal): it does not say whose it is")
    }
    (origin, since, continuation) = taken
    (self.entries, self.basis, self.lastEntry) = (entries, basis, lastEntry)
  }

  /// Where it stands.
  var state: State {
    switch outline.state {
    case .running: .running
    case .ended: .ended
    case .interrupted, .unreadable: origin.host == ProcessInfo.processInfo.hostName ? .interrupted : .elsewhere
    }
  }
}
