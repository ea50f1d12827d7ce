import Foundation
import Testing
import Upgrade

@testable import Records

@Suite("The folders of runs")
struct RunFolderTests {
  @Test("a run's id sorts by time, is read as it was written, and nothing else is one")
  func ids() throws {
    let times = [0, 0.001, 1, 60, 86_400, 1_794_902_400.1239].map(Date.init(timeIntervalSince1970:))
    let ids = times.map { RunID($0, bits: 0xf) }
    #expect(ids == ids.sorted() && ids.map(\.text) == ids.map(\.text).sorted())
    #expect(ids[1].text == "19700101T000000.001Z-000f" && ids[5].text == "20261117T080000.124Z-000f")
    for id in ids { #expect(RunID(id.text) == id) }
    for text in [
      "", "Node-A", "19700101T000000.001Z", "19700101T000000.001Z-", "19700101T000000.001Z-F00D",
      "19700101T000000.001Z-0f", "19701301T000000.001Z-000f", "19700101T000000Z-000f", "19700101T000000.001Z-000f-1",
      "19700101T000000.001Z-000g", "19700101T000000.001Z-+00f",
    ] { #expect(RunID(text) == nil, "\(text)") }
  }

  @Test("what a run keeps to itself is whole, for this user only, and found again; half of one is no obstacle")
  func keep() async throws {
    try await inLogFolder { folder in
      let run = try RunFolder.make(RunID(SampleEvents.time, bits: 1), in: folder)
      #expect(run.kept(as: "token") == nil)
      try "hal".write(toFile: "\(run.path)/.token", atomically: false, encoding: .utf8)
      try run.keep(Secret("whole"), as: "token")
      #expect(run.kept(as: "token")?.reveal() == "whole")
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(run.path)/token")
      #expect(attributes[.posixPermissions] as? Int == 0o600)
      #expect(try FileManager.default.contentsOfDirectory(atPath: run.path) == ["token"])
      try FileManager.default.removeItem(atPath: run.path)
      #expect(throws: Failure.self) { try run.keep(Secret("whole"), as: "token") }
    }
  }

  @Test("a run is found by its id, by a beginning that no other has, or as the newest")
  func find() async throws {
    try await inLogFolder { folder in
      #expect(throws: Failure(.refused, "log folder \(folder): no run is in it")) {
        try RunFolder.find(nil, in: folder)
      }
      for bits: UInt16 in [0x1a2b, 0x1a2c, 0xff00] { _ = try await beginJournal(folder, bits: bits) }
      _ = try RunFolder.make(RunID(SampleEvents.time, bits: 0xffff), in: folder)  // killed before its journal was there
      try FileManager.default.createDirectory(atPath: "\(folder)/Node-A", withIntermediateDirectories: false)
      let ids = ["ff00", "1a2c", "1a2b"].map { "20261117T080000.123Z-\($0)" }
      #expect(try RunFolder.all(in: folder).map(\.id.text) == ids)
      #expect(try RunFolder.find(nil, in: folder).id.text == ids[0])
      #expect(try RunFolder.find(ids[2], in: folder).id.text == ids[2])
      #expect(try RunFolder.find("20261117T080000.123Z-f", in: folder).id.text == ids[0])
      let ambiguous = #expect(throws: Failure.self) { try RunFolder.find("20261117T080000.123Z-1a", in: folder) }
      #expect(ambiguous?.message == "'20261117T080000.123Z-1a' may be any of \(ids[1]), \(ids[2])")
      for wrong in ["", "1999", ids[0] + "0", "../x"] {
        let error = #expect(throws: Failure.self) { try RunFolder.find(wrong, in: folder) }
        #expect(error?.message == "log folder \(folder): no run '\(wrong)' is in it")
      }
      let missing = #expect(throws: Failure.self) { try RunFolder.all(in: "\(folder)/x") }
      #expect(missing?.message == "log folder \(folder)/x: cannot be read: no such file or directory")
    }
  }

  @Test("the outline tells a run that is under way from one that ended, was interrupted or cannot be read")
  func outline() async throws {
    try await inLogFolder { folder in
      var (run, journal): (RunFolder, JournalFile?) = try await beginJournal(folder)
      #expect(RunOutline(run).state == .running && RunOutline(run).nodes == ["Node-A", "Knoten-Ö"])
      await journal?.read(.resumed)
      #expect(RunOutline(run).state == .running, "looking takes the lock from nobody")
      journal = nil
      #expect(RunOutline(run).state == .interrupted && RunOutline(run).ended == nil)

      let ended: JournalFile
      (run, ended) = try await beginJournal(folder, bits: 1)
      await ended.end(.gateFailed)
      await ended.end(.success)
      #expect(try entries(run.journal).entries.count == 2, "a run ends once")
      #expect(RunOutline(run).state == .ended && RunOutline(run).status == .gateFailed)
      #expect(RunOutline(run).ended == SampleEvents.time)

      (run, journal) = try await beginJournal(folder, bits: 2)
      journal = nil
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: run.journal))
      try file.seekToEnd()
      try file.write(contentsOf: Data("{\"ev".utf8))
      #expect(RunOutline(run).state == .interrupted && RunOutline(run).problem == "4 bytes of a torn last entry")
      try file.write(contentsOf: Data("\n".utf8))
      #expect(RunOutline(run).state == .unreadable && RunOutline(run).problem?.contains("journal.jsonl:2: ") == true)
    }
  }

  @Test("a run's logs are found by its id, and only those of nodes that have one")
  func logs() async throws {
    try await inLogFolder { folder in
      let (run, journal) = try await beginJournal(folder)
      #expect(throws: Failure.self) { try LogFolder.log(of: run) }
      let logs = try LogFolder(folder, time: run.id.time)
      _ = try RunLog(logs) { Date() }
      _ = try NodeLogs(logs, nodes: ["Node-B", "Node-A"])
      try FileManager.default.createDirectory(atPath: "\(folder)/Node-X", withIntermediateDirectories: false)
      #expect(try LogFolder.log(of: run) == "\(folder)/zdupgrade-20261117T080000.123Z.log")
      #expect(try LogFolder.log(of: run, node: "Node-A") == "\(folder)/Node-A/zdupgrade-20261117T080000.123Z.log")
      for wrong in ["Node-X", ".", "../\(folder.split(separator: "/").last ?? "")/Node-A", ""] {
        let error = #expect(throws: Failure.self) { try LogFolder.log(of: run, node: wrong) }
        #expect(error?.message == "run \(run.id): no log of a node '\(wrong)'; there are Node-A, Node-B")
      }
      await journal.end(.success)
    }
  }
}
