import Testing
import Upgrade

@Suite("The event feed")
struct EventFeedTests {
  private actor SlowReader: EventReader {
    private(set) var seen: [String] = []
    func read(_ event: Event) async {
      guard case .note(_, let text) = event else { return }
      seen.append("begin \(text)")
      for _ in 0..<20 { await Task.yield() }
      seen.append("end \(text)")
    }
  }

  @Test("events are read one at a time, also when they come from several nodes at once")
  func order() async {
    let reader = SlowReader()
    let feed = EventFeed([reader])
    await withTaskGroup { group in
      for index in 0..<50 { group.addTask { await feed.record(.note(node: nil, text: "\(index)")) } }
    }
    let seen = await reader.seen
    #expect(seen.count == 100)
    for index in stride(from: 0, to: 100, by: 2) {
      #expect(seen[index].dropFirst(6) == seen[index + 1].dropFirst(4), "an event began before the one before it ended")
    }
  }
}
