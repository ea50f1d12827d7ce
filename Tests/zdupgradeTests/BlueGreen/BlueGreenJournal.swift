import Foundation
import Testing

/// What the journal of the newest run of a stage has.
struct BlueGreenJournal {
  /// A line, as far as these tests look into it.
  struct Entry {
    let event: String
    let fields: [String: Any]
    /// The node and the act that it is about; an act that takes a step back begins with `undo`.
    let act: String?
    let node: String?
    let hasFailed: Bool

    fileprivate init?(_ line: Substring) {
      guard let entry = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any],
        let event = entry["event"] as? [String: Any], let name = event.keys.first
      else { return nil }
      self.event = name
      fields = event[name] as? [String: Any] ?? [:]
      let id = fields["_0"] as? [String: Any]
      node = (id?["node"] ?? fields["node"]) as? String
      let isUndo = id?["undo"] is Int
      act = (fields["title"] as? String).map { "\(isUndo ? "undo " : "")\((id?["node"] as? String) ?? "?"): \($0)" }
      hasFailed = fields["failure"] is [String: Any]
    }
  }

  let run: String
  let text: String
  let entries: [Entry]

  /// How long the newest journal in `folder` is.
  static func size(in folder: String) -> Int {
    guard let run = newest(in: folder) else { return 0 }
    let attributes = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(run)/journal.jsonl")
    return attributes?[.size] as? Int ?? 0
  }

  private static func newest(in folder: String) -> String? {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasPrefix("20") }.max()
  }

  /// The journal of the newest run in `folder`; nil where there is none yet.
  init?(in folder: String) {
    guard let run = Self.newest(in: folder),
      let text = try? String(contentsOfFile: "\(folder)/\(run)/journal.jsonl", encoding: .utf8)
    else { return nil }
    self.run = run
    self.text = text
    entries = text.split(separator: "\n").compactMap(Entry.init)
  }

  /// The acts that were done, behind the first `count` entries.
  func done(behind count: Int = 0) -> [String] {
    entries.dropFirst(count).filter { $0.event == "stepEnded" && !$0.hasFailed }.compactMap(\.act)
  }

  /// Those of them that took something back, without the word for it.
  func takenBack(behind count: Int = 0) -> [String] {
    done(behind: count).filter { $0.hasPrefix("undo ") }.map { String($0.dropFirst(5)) }
  }

  /// Whether the gateway has accepted `act`, and it has not ended.
  func isUnderWay(_ act: String) -> Bool {
    guard let begun = entries.lastIndex(where: { $0.event == "stepStarted" && $0.act == act }) else { return false }
    let rest = entries[begun...].filter { $0.node == entries[begun].node }
    return rest.contains { $0.event == "accepted" } && !rest.contains { $0.event == "stepEnded" }
  }

  /// Whether the run waits for the operator.
  var isPaused: Bool { entries.last { ["paused", "resumed", "runEnded"].contains($0.event) }?.event == "paused" }

  /// The process that has the run.
  var process: pid_t? {
    let origin = entries.last { ["opened", "continued"].contains($0.event) }?.fields["_0"] as? [String: Any]
    return (origin?["processID"] as? Int).map(pid_t.init)
  }
}

extension BlueGreenStage {
  /// The journal of the newest run.
  var journal: BlueGreenJournal {
    get throws { try #require(BlueGreenJournal(in: logs)) }
  }

  /// The journal as soon as `isThere` holds of it.
  func journal(once isThere: (BlueGreenJournal) -> Bool) async throws -> BlueGreenJournal {
    let deadline = ContinuousClock.now + .seconds(120)
    var size = -1
    while ContinuousClock.now < deadline {
      // Read only when it has grown: many tests look at the same time.
      let new = BlueGreenJournal.size(in: logs)
      if new != size, let journal = BlueGreenJournal(in: logs), isThere(journal) { return journal }
      size = new
      try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record("the journal never was as wanted: \(BlueGreenJournal(in: logs)?.done() ?? [])")
    throw CancellationError()
  }

  /// Sends `signal` to the process that has the newest run, once `isThere` holds of its journal.
  func signal(_ signal: Int32, once isThere: (BlueGreenJournal) -> Bool) async throws {
    let process = try #require(try await journal(once: isThere).process)
    #expect(kill(process, signal) == 0)
  }
}
