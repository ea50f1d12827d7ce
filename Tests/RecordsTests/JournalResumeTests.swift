import Foundation
import Synchronization
import Testing
import Upgrade

@testable import Records

@Suite("A journal that another process has left")
struct JournalResumeTests {
  @Test("a journal that was left is taken up behind its last whole entry, by one process at a time")
  func takenUp() async throws {
    try await inLogFolder { folder in
      let (run, first) = try await beginJournal(folder)
      await first.read(.note(node: nil, text: "one"))
      await #expect(throws: Failure.self) { try await Self.resume(run).journal }
      try await Self.abandon(run, folder)
      let left = try Data(contentsOf: URL(fileURLWithPath: run.journal))
      try (left + Data(#"{"event":{"note"#.utf8)).write(to: URL(fileURLWithPath: run.journal))
      let (second, known) = try await Self.resume(run)
      #expect(known == [.opened(SampleEvents.origin), .note(node: nil, text: "one")])
      await second.read(.continued(SampleEvents.origin, .resume))
      #expect(try entries(run.journal).entries.map(\.number) == [1, 2, 3])
      #expect(try entries(run.journal).torn == 0)
      _ = first
    }
  }

  @Test("who takes a journal up and does not go on with the run leaves it as it ended; who goes on writes a new end")
  func end() async throws {
    try await inLogFolder { folder in
      let (run, first) = try await beginJournal(folder)
      await first.end(.success)
      try await Self.abandon(run, folder)
      let second = try await Self.resume(run).journal
      await second.read(.note(node: nil, text: "somebody else has the nodes"))
      await second.end(.fatalError)
      #expect(RunOutline(run).status == .success)
      await second.read(.continued(SampleEvents.origin, .rollback))
      await second.end(.fatalError)
      #expect(RunOutline(run).status == .fatalError)
      _ = first
    }
  }

  /// Puts a copy in place of the journal, which nobody holds.
  private static func abandon(_ run: RunFolder, _ folder: String) async throws {
    let copy = "\(folder)/copy"
    try FileManager.default.copyItem(atPath: run.journal, toPath: copy)
    try FileManager.default.removeItem(atPath: run.journal)
    try FileManager.default.moveItem(atPath: copy, toPath: run.journal)
  }

  private static func resume(_ run: RunFolder) async throws -> (journal: JournalFile, known: [Event]) {
    let known = Mutex<[Event]>([])
    let journal = try await JournalFile.resume(in: run) {
      SampleEvents.time
    } onFailure: { _ in
    } known: { entry in
      known.withLock { $0.append(entry.event) }
    }
    return (journal, known.withLock { $0 })
  }
}
