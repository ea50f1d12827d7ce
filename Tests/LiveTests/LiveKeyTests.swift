import Live
import Testing

@Suite("Keys and logs of the live view")
struct LiveKeyTests {
  @Test(
    "bytes of a terminal are keys",
    arguments: [
      ("pq", [.character("p"), .character("q")]), ("\u{1B}[A\u{1B}OB", [.up, .down]),
      ("\u{1B}[5~\u{1B}[6~", [.pageUp, .pageDown]), ("\u{1B}[1;5C\u{1B}[D", [.right, .left]), ("\u{1B}", [.escape]),
      ("\r\n", [.enter, .enter]), ("\u{1B}[200~l", [.character("l")]), ("\u{1}ä\u{7F}", []), ("\u{1B}[1", []),
      ("\u{1B}[H\u{1B}[4~", [.home, .end]),
    ] as [(String, [LiveKey])])
  func keys(_ text: String, _ keys: [LiveKey]) {
    #expect(LiveKey.keys(in: Array(text.utf8)) == keys)
  }

  @Test("a log shows its end, and as many lines before it as wanted, up to its beginning")
  func log() {
    let log = (1...100).map { "line \($0)" }
    func shown(_ offset: Int, _ log: [String] = log) -> [String] {
      LogFrame("T", log: log, offset: offset, footer: "F", width: 20, height: 7).lines.map(\.text)
    }
    #expect(shown(0)[1...5] == ["line 96", "line 97", "line 98", "line 99", "line 100"])
    #expect(shown(95)[1...5].first == "line 1")
    #expect(shown(1000) == shown(95))
    #expect(shown(0, ["one"])[1...2] == ["one", ""] && shown(0, []).count == 7)
    #expect(shown(0).first == " T" + String(repeating: " ", count: 18))
  }
}
