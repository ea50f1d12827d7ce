import Foundation
import Upgrade

/// Writes a run's journal: each event is a line of the file before `read` returns. It must be the first reader of the
/// events, so that nothing is shown or done that the journal does not know.
///
/// What is about to be done is on the disk, with everything before it, before `read` returns. What only tells how
/// something went is taken to the disk by the next of these: were it lost with the machine's power, nothing was done
/// behind it, and who takes the run up sees the same as after a loss just before.
/// As long as the process lives it holds a lock on the file, by which others see that the run is under way.
public actor JournalFile: EventReader {
  /// The file's path.
  public nonisolated let path: String
  private let descriptor: Int32
  private let disk = DiskQueue()
  private let now: @Sendable () -> Date
  private let onEntry: @Sendable (Int) -> Void
  private let onFailure: @Sendable (Failure) async -> Void
  private var count = 0
  private var length: off_t = 0
  /// Whether there is no end of the run to write: it is written, or this process has not gone on with the run yet.
  private var hasEnded = false

  /// The first reason why the journal is not complete; nil as long as everything was written.
  public private(set) var failure: Failure?

  /// Begins the journal of the run in `folder`, whose first entry is `origin`; that it can be written is proven then.
  ///
  /// - Parameters:
  ///   - now: the time of each entry.
  ///   - onEntry: is called with the number of each entry that was written, before anything else is done.
  ///   - onFailure: is called once, when an event cannot be written; the journal stays as it is from then on.
  /// - Throws: `Failure` of kind `.io`.
  public static func begin(
    in folder: RunFolder, _ origin: RunOrigin, now: @escaping @Sendable () -> Date,
    onEntry: @escaping @Sendable (Int) -> Void = { _ in }, onFailure: @escaping @Sendable (Failure) async -> Void
  ) async throws(Failure) -> JournalFile {
    let file = JournalFile(folder.journal, now: now, onEntry: onEntry, onFailure: onFailure)
    try await file.begin(origin, in: folder.path)
    return file
  }

  /// Takes up the journal in `folder`, which another process has begun and left: what it holds is handed to `known`, a
  /// torn last line is cut off, and the next entry bears the next number.
  ///
  /// - Throws: `Failure` of kind `.refused` when a living process writes it, it is broken or of another version; `.io`.
  public static func resume(
    in folder: RunFolder, now: @escaping @Sendable () -> Date,
    onEntry: @escaping @Sendable (Int) -> Void = { _ in }, onFailure: @escaping @Sendable (Failure) async -> Void,
    known: @Sendable (JournalEntry) throws -> Void
  ) async throws -> JournalFile {
    let file = JournalFile(folder.journal, flags: 0, now: now, onEntry: onEntry, onFailure: onFailure)
    try await file.resume(known)
    try folder.checkRoom()
    return file
  }

  /// A journal in what is opened at `path`; made where `flags` say so.
  init(
    _ path: String, flags: Int32 = O_CREAT | O_EXCL, now: @escaping @Sendable () -> Date,
    onEntry: @escaping @Sendable (Int) -> Void = { _ in }, onFailure: @escaping @Sendable (Failure) async -> Void
  ) {
    self.path = path
    self.now = now
    self.onEntry = onEntry
    self.onFailure = onFailure
    descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | flags, 0o600)
    if descriptor < 0 { failure = .system("journal \(path): cannot be \(flags == 0 ? "opened" : "made")") }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Writes the event; what cannot be written ends the journal, and is told.
  public func read(_ event: Event) async {
    guard failure == nil else { return }
    do {
      try await write(event)
      switch event {
      case .runEnded: hasEnded = true
      case .continued: hasEnded = false
      default: break
      }
    } catch {
      failure = error
      await onFailure(error)
    }
  }

  /// Writes that the run has ended with `status`, unless that is written already. A journal that was taken up, and not
  /// gone on with, keeps the end that it has.
  public func end(_ status: Status) async {
    if !hasEnded { await read(.runEnded(status)) }
  }

  private func begin(_ origin: RunOrigin, in folder: String) async throws(Failure) {
    if let failure { throw failure }
    // Who lists the runs in this moment holds the lock for an instant, so it is waited for.
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw .system("journal \(path): cannot be locked") }
    }
    guard fchmod(descriptor, 0o600) == 0 else { throw .system("journal \(path): cannot be kept private") }
    do {
      try await write(.opened(origin))
      try RunFolder.sync(folder)
    } catch {
      failure = error
      throw error
    }
  }

  private func resume(_ known: (JournalEntry) throws -> Void) throws {
    if let failure { throw failure }
    try lockAtOnce()
    let torn = try JournalReader(path).read { entry in
      count = entry.number
      try known(entry)
    }
    let end = lseek(descriptor, 0, SEEK_END) - off_t(torn)
    guard end >= 0, ftruncate(descriptor, end) == 0, fsync(descriptor) == 0 else {
      throw Failure.system("journal \(path): its torn last line cannot be cut off")
    }
    length = end
    hasEnded = true
  }

  /// Takes the lock that the process of a run holds as long as it lives.
  private func lockAtOnce() throws(Failure) {
    // Who lists the runs in this moment holds it for an instant.
    for _ in 0..<20 {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
      guard errno == EWOULDBLOCK || errno == EINTR else { throw .system("journal \(path): cannot be locked") }
      usleep(50_000)
    }
    throw Failure(.refused, "journal \(path): the run is under way: a living process writes it")
  }

  private func write(_ event: Event) async throws(Failure) {
    let line: [UInt8]
    do {
      line = try JournalEntry(number: count + 1, time: now(), event: event).line
    } catch {
      throw Failure(.io, "journal \(path): an event cannot be written as JSON: \(error)")
    }
    try append(line)
    count += 1
    length += off_t(line.count)
    defer { onEntry(count) }
    if event.mustBeKept, let reason = await disk.sync(descriptor) {
      throw .system("journal \(path): cannot be kept by the disk", reason)
    }
  }

  /// Appends `line`; where only a part of it can be written, that is taken back.
  private func append(_ line: [UInt8]) throws(Failure) {
    var rest = line[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else {
        let failure = Failure.system("journal \(path): cannot be written")
        _ = ftruncate(descriptor, length)
        throw failure
      }
      rest = rest.dropFirst(written)
    }
  }
}

extension Event {
  /// Whether it has to be on the disk before anything else is done.
  fileprivate var mustBeKept: Bool {
    switch self {
    case .output, .commandEnded, .stepEnded, .phaseStarted, .stageStarted, .probe: false
    default: true
    }
  }
}
