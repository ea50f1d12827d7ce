import Foundation
import Testing
import Upgrade

@testable import Records

@Suite("What is known here about whether a run lives")
struct RunLifeTests {
  private func isRunning(_ life: RunLife) -> Bool { if case .running = life { true } else { false } }

  @Test("a run lives as long as a process holds its journal; then it is dead here, and unknown on another host")
  func lives() async throws {
    try await inLogFolder { folder in
      var journal: JournalFile?
      let run: RunFolder
      (run, journal) = try await beginJournal(folder)
      #expect(RunLife(run, from: "control") == .running(SampleEvents.origin))
      #expect(isRunning(RunLife(run, from: "other")), "who sees the lock sees the process")
      #expect(JournalClaim(run) == nil)
      await journal?.read(.runEnded(.success))
      journal = nil
      #expect(RunLife(run, from: "control") == .dead(SampleEvents.origin))
      #expect(RunLife(run, from: "other") == .elsewhere(SampleEvents.origin))
      let claim = JournalClaim(run)
      #expect(claim != nil && JournalClaim(run) == nil, "nobody else can go on with it meanwhile")
      withExtendedLifetime(claim) {}
      try "{}\n".write(toFile: run.journal, atomically: false, encoding: .utf8)
      guard case .unreadable = RunLife(run, from: "control") else { throw Failure(.refused, "it was read") }
      try "".write(toFile: run.journal, atomically: false, encoding: .utf8)
      guard case .unreadable = RunLife(run, from: "control") else { throw Failure(.refused, "it was read") }
    }
  }

  @Test("the other runs that are under way are told, but neither the own one nor any that ended or was killed")
  func others() async throws {
    try await inLogFolder { folder in
      let (own, ownJournal) = try await beginJournal(folder, bits: 1)
      let (_, other) = try await beginJournal(folder, bits: 2)
      let (_, ending) = try await beginJournal(folder, bits: 3)
      _ = try await beginJournal(folder, bits: 4)  // its process is gone
      await ending.read(.runEnded(.success))
      #expect(RunLife.others(than: own.id, in: folder).count == 1)
      #expect(RunLife.others(than: RunID(SampleEvents.time, bits: 9), in: folder).count == 2)
      #expect(RunLife.others(than: own.id, in: folder + "/nowhere").isEmpty)
      withExtendedLifetime((ownJournal, other, ending)) {}
    }
  }

  @Test("two runs share the nodes on the same hosts, whatever these are called, or those of the same names")
  func shared() {
    func origin(_ nodes: [String], _ hosts: [String]?) -> RunOrigin {
      RunOrigin(
        run: SampleEvents.id, version: "", host: "", processID: 1, user: "", nodes: nodes, hosts: hosts)
    }
    let run = origin(["A", "B"], ["a", "b"])
    #expect(run.nodesShared(with: origin(["X", "Y"], ["b", "c"])) == ["B"])
    #expect(run.nodesShared(with: origin(["A", "B"], ["c", "d"])).isEmpty)
    #expect(run.nodesShared(with: origin(["B", "C"], nil)) == ["B"])
    #expect(origin(["A"], nil).nodesShared(with: run) == ["A"])
  }
}
