/// What was really done in an installation: a file that only grows, with a line when a command of `sysupgrade`, a start or
/// a stop begins and one when it has succeeded. A command that ends before it does anything (`status`, a start of what
/// runs already) is not in it.
struct PerformedActs: Sendable {
  /// What is noted of an act.
  enum Event: String, Sendable, Hashable, CaseIterable {
    case begun, completed
  }

  /// The file.
  let path: String

  /// Writes an event down.
  func note(_ event: Event, _ act: String) { TextFile.append("\(event.rawValue) \(act)\n", to: path) }

  /// How often each event of each act was noted.
  var counts: [String: [Event: Int]] {
    var counts: [String: [Event: Int]] = [:]
    for line in TextFile.read(path)?.split(separator: "\n") ?? [] {
      let words = line.split(separator: " ", maxSplits: 1).map(String.init)
      guard words.count == 2, let event = Event(rawValue: words[0]) else { continue }
      counts[words[1], default: [:]][event, default: 0] += 1
    }
    return counts
  }
}
