import FoundationEssentials
import Upgrade

/// Reads the journal of the newest run in a log folder from outside, while it grows.
struct JournalWatch: Sendable {
  private let logs: String
  private var path: String?
  private var offset = 0

  /// A watch on the runs in the log folder `logs`, which need not be there yet.
  init(logs: String) { self.logs = logs }

  /// The entries that have come since the last call; what is no entry is left out.
  mutating func news() -> [JournalEntry] {
    if path == nil { path = Self.newest(in: logs) }
    guard let path, let bytes = TextFile.bytes(path), bytes.count > offset else { return [] }
    let new = bytes[offset...]
    guard let end = new.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
    offset = end + 1
    return new[...end].split(separator: UInt8(ascii: "\n")).compactMap { try? JournalEntry(line: $0) }
  }

  /// All entries of the newest run's journal; none where there is none.
  static func entries(in logs: String) -> [JournalEntry] {
    var watch = JournalWatch(logs: logs)
    return watch.news()
  }

  private static func newest(in logs: String) -> String? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: logs)) ?? []
    return names.filter { RunID($0) != nil }.max().map { "\(logs)/\($0)/journal.jsonl" }
  }
}

extension JournalEntry {
  /// How the run has ended; nil where this entry does not tell.
  var status: Status? { if case .runEnded(let status) = event { status } else { nil } }
}
