import Foundation
import Synchronization
import TestDoubles
import Testing
import Upgrade

@testable import Records

/// A log folder of a test's own, removed behind it.
func inLogFolder(_ body: (String) async throws -> Void) async throws {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent("zdu-runs-\(UUID())").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  try await body(folder)
}

/// What a journal's owner was told.
final class Told: Sendable {
  private let failures = Mutex<[Failure]>([])
  var all: [Failure] { failures.withLock { $0 } }
  func take(_ failure: Failure) { failures.withLock { $0.append(failure) } }
}

func beginJournal(_ folder: String, bits: UInt16 = 0x1a2b, told: Told = Told()) async throws -> (RunFolder, JournalFile)
{
  let run = try RunFolder.make(RunID(SampleEvents.time, bits: bits), in: folder)
  let journal = try await JournalFile.begin(in: run, SampleEvents.origin) {
    SampleEvents.time
  } onFailure: {
    told.take($0)
  }
  return (run, journal)
}

func entries(_ path: String) throws -> (entries: [JournalEntry], torn: Int) {
  var entries: [JournalEntry] = []
  let torn = try JournalReader(path).read { entries.append($0) }
  return (entries, torn)
}

@Suite("The journal")
struct JournalTests {
  @Test("every kind of event is read as it was written, a line each, in order and with its time")
  func roundTrip() async throws {
    #expect(Set(SampleEvents.all.map(SampleEvents.kind)).count == SampleEvents.kinds)
    try await inLogFolder { folder in
      let (run, journal) = try await beginJournal(folder)
      for event in SampleEvents.all { await journal.read(event) }
      #expect(await journal.failure == nil)
      let (read, torn) = try entries(run.journal)
      #expect(read.dropFirst().map(\.event) == SampleEvents.all && read[0].event == .opened(SampleEvents.origin))
      #expect(read.map(\.number) == Array(1...(SampleEvents.all.count + 1)) && torn == 0)
      #expect(read.allSatisfy { $0.time == SampleEvents.time })
      let first = try String(contentsOfFile: run.journal, encoding: .utf8).prefix { $0 != "\n" }
      #expect(
        first == #"{"event":{"opened":{"_0":{"host":"control","nodes":["Node-A","Knoten-Ö"],"processID":4711,"#
          + #""run":"20261117T080000.123Z-1a2b","user":"root","version":"0.1.0"}}},"number":1,"schema":1,"#
          + #""time":"2026-11-17T08:00:00.123Z"}"#)
    }
  }

  @Test("the journal is 0600 in a folder 0700, and is never written over")
  func modes() async throws {
    try await inLogFolder { folder in
      let (run, journal) = try await beginJournal(folder)
      func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      }
      #expect(try mode(run.path) == 0o700 && mode(run.journal) == 0o600)
      await #expect(throws: Failure.self) { _ = try await beginJournal(folder) }
      let origin = SampleEvents.origin
      await #expect(throws: Failure.self, "nor is one of the same folder") {
        _ = try await JournalFile.begin(in: run, origin, now: { Date() }, onFailure: { _ in })
      }
      await journal.read(.resumed)
      #expect(try entries(run.journal).entries.count == 2)
    }
  }

  @Test("a last line that is torn at any byte is no entry, and is told of")
  func tornTail() async throws {
    try await inLogFolder { folder in
      let (run, journal) = try await beginJournal(folder)
      await journal.read(.stageStarted("one"))
      await journal.read(.note(node: "Knoten-Ö", text: "zwei"))
      let whole = try Data(contentsOf: URL(fileURLWithPath: run.journal))
      let start = try #require(whole.dropLast().lastIndex(of: UInt8(ascii: "\n"))) + 1
      for end in start..<whole.count {
        let path = "\(folder)/torn"
        try whole[..<end].write(to: URL(fileURLWithPath: path))
        let (read, torn) = try entries(path)
        #expect(read.count == 2 && torn == end - start, "cut at \(end)")
      }
    }
  }

  @Test(
    "what is not as it was written is refused with its line",
    arguments: [
      (#"{"event":{"stageSta"#, "is broken"),
      (#"{"number":2,"schema":1,"time":"2026-11-17T08:00:00.123Z"}"#, "has no 'event'"),
      (#"{"event":{"resumed":{}},"number":2,"schema":1,"time":"yesterday"}"#, "is broken"),
      (#"{"event":{"resumed":{}},"number":3,"schema":1,"time":"2026-11-17T08:00:00.123Z"}"#, "is entry 3"),
      (#"{"event":{"resumed":{}},"number":1,"schema":1,"time":"2026-11-17T08:00:00.123Z"}"#, "is entry 1"),
      (#"{"what":"ever","schema":2}"#, "is of schema 2, and this zdupgrade knows 1"),
      (
        #"{"event":{"teleported":{"node":"A"}},"number":2,"schema":1,"time":"2026-11-17T08:00:00.123Z"}"#,
        "has an event that is not known ('teleported'): it was written by another zdupgrade"
      ),
      ("", "is broken"), ("\u{0}\u{0}\u{0}", "is broken"), ("null", "is broken"),
    ])
  func broken(line: String, reason: String) async throws {
    try await inLogFolder { folder in
      let (run, journal) = try await beginJournal(folder)
      await journal.read(.stageStarted("one"))
      await journal.read(.stageStarted("two"))
      var lines = try String(contentsOfFile: run.journal, encoding: .utf8).split(separator: "\n").map(String.init)
      lines[1] = line
      let path = "\(folder)/broken"
      try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
      let error = try #require(throws: Failure.self) { _ = try entries(path) }
      #expect(error.kind == .refused && error.message.hasPrefix("journal \(path):2: "), "\(error)")
      #expect(error.message.contains(reason), "\(error)")
    }
  }

  @Test("a field that is not known is skipped, and a line of a megabyte is read")
  func tolerance() async throws {
    try await inLogFolder { folder in
      let text = String(repeating: "x", count: 1 << 20)
      let line =
        #"{"new":{"a":[1]},"event":{"note":{"text":"\#(text)","new":1}},"number":1,"schema":1,"time":"2026-11-17T08:00:00.123Z"}"#
      try (line + "\n").write(toFile: "\(folder)/j", atomically: true, encoding: .utf8)
      #expect(try entries("\(folder)/j").entries.map(\.event) == [.note(node: nil, text: text)])
    }
  }

  @Test("who wants to know is told of each entry, when the file holds it and nothing behind it")
  func entryByEntry() async throws {
    try await inLogFolder { folder in
      let run = try RunFolder.make(SampleEvents.id, in: folder, reserve: 1)
      let told = Mutex<[[Int]]>([])
      let journal = try await JournalFile.begin(
        in: run, SampleEvents.origin, now: { Date() },
        onEntry: { number in
          let lines = (FileManager.default.contents(atPath: run.journal) ?? Data()).count { $0 == UInt8(ascii: "\n") }
          told.withLock { $0.append([number, lines]) }
        }, onFailure: { _ in })
      await journal.read(.output(node: "a", stream: .standardOutput, line: "not waited for"))
      await journal.read(.resumed)
      #expect(told.withLock { $0 } == [[1, 1], [2, 2], [3, 3]])
    }
  }

  @Test("a disk that is full is told of once, tears nothing and is not tried again")
  func fullDisk() async throws {
    let told = Told()
    let journal = JournalFile("/dev/full", flags: 0, now: { Date() }, onFailure: { told.take($0) })
    for _ in 0..<3 { await journal.read(.resumed) }
    await journal.end(.success)
    #expect(told.all.count == 1)
    #expect(told.all.first?.message == "journal /dev/full: cannot be written: no space left on device")
    #expect(await journal.failure == told.all.first)
  }

  @Test("a disk that fills up in the middle of an entry leaves a whole journal, on a disk of 64 KiB")
  func fullTemporaryDisk() async throws {
    try await inLogFolder { folder in
      guard getuid() == 0, mount("tmpfs", folder, "tmpfs", 0, "size=64k") == 0 else {
        return print("skipped: only root can mount a small disk")
      }
      defer { umount2(folder, Int32(MNT_DETACH)) }
      let refused = #expect(throws: Failure.self) { try RunFolder.make(SampleEvents.id, in: folder) }
      #expect(refused?.message == "log folder \(folder): 64 KiB are free, 16384 KiB must be")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)

      let told = Told()
      let run = try RunFolder.make(SampleEvents.id, in: folder, reserve: 1)
      let journal = try await JournalFile.begin(
        in: run, SampleEvents.origin, now: { Date() }, onFailure: { told.take($0) })
      for count in 0..<1000 where told.all.isEmpty {
        await journal.read(.note(node: nil, text: "\(count) " + String(repeating: "x", count: 100)))
      }
      #expect(told.all.map(\.message) == ["journal \(run.journal): cannot be written: no space left on device"])
      await journal.read(.resumed)
      let (read, torn) = try entries(run.journal)
      #expect(torn == 0 && read.count > 100 && read.last?.event != .resumed)
    }
  }

  @Test("a journal that cannot be made is found before the run")
  func readOnly() async throws {
    #expect(throws: Failure.self) { try RunFolder.make(SampleEvents.id, in: "/proc") }
    #expect(throws: Failure.self) { try RunFolder.make(SampleEvents.id, in: "/no/such") }
    try await inLogFolder { folder in
      guard getuid() == 0, mount("tmpfs", folder, "tmpfs", 0, "size=32m") == 0,
        mount("tmpfs", folder, "tmpfs", UInt(MS_REMOUNT | MS_RDONLY), "size=32m") == 0
      else { return print("skipped: only root can mount a read-only disk") }
      defer { umount2(folder, Int32(MNT_DETACH)) }
      let error = #expect(throws: Failure.self) { try RunFolder.make(SampleEvents.id, in: folder) }
      #expect(error?.message.hasSuffix("cannot be made: read-only file system") == true)
    }
  }

  @Test("no secret is in the journal when a command prints it, whole or in pieces")
  func secrets() async throws {
    try await inLogFolder { folder in
      let (run, journal) = try await beginJournal(folder)
      let password = "hunter2 \"ö"
      let handler = ScriptedHandler([("tool", .exits(1, output: "it is \(password)!\n\(password)", errors: password))])
      let runner = CommandRunner(
        handler: handler, secrets: [.password: Secret(password)], diagnosis: NoDiagnosis(),
        journal: EventFeed([journal]))
      let command = Command(words: [.text("/bin/tool"), .text("--password"), .secret(.password)])
      let failure = try await runner.run(command, on: "Node-A", timeout: nil).failure
      await journal.read(.stepEnded(StepID("Node-A", stage: 0, step: 0), title: "tool", failure: failure))
      let text = try String(contentsOfFile: run.journal, encoding: .utf8)
      #expect(!text.contains("hunter2") && text.contains("it is ") && text.contains("$zdu_password"))
    }
  }
}
