import FoundationEssentials
import Live
import Testing
import Upgrade

@Suite("The live view of a run")
struct LiveFrameTests {
  @Test("a node's row has its place in the load balancer and its phases with their times, and what is usual")
  func rows() {
    var run = LiveRun(["A", "B"])
    #expect(run.row("A") == ["A", "in", "·", "·"])
    run.export()
    #expect(run.row("A") == ["A", "in", "✓", "2s", "·"])
    run.roll(0, upTo: 1, isDone: false)
    #expect(run.row("A") == ["A", "draining", "✓", "2s", "▶", "11s"])
    run.roll(0)
    #expect(run.row("A") == ["A", "in", "✓", "2s", "✓", "40s"])
    run.roll(1, upTo: 2, isDone: false)
    #expect(run.row("B") == ["B", "out", "✓", "2s", "▶", "21s/40s"])
  }

  @Test("the time left is known when a node has passed each phase, and counts the waves that are still to come")
  func forecast() throws {
    var run = LiveRun(["A", "B", "C"])
    run.export()
    #expect(run.model.secondsLeft(at: run.now) == nil)
    run.roll(0)
    #expect(run.model.secondsLeft(at: run.now) == 80)
    run.roll(1, upTo: 0, isDone: false)
    #expect(run.model.secondsLeft(at: run.now) == 79)
    #expect(run.model.secondsLeft(at: run.now + 1000) == 40, "what takes longer than usual is not counted twice")
    #expect(run.screen()[0].hasSuffix(", about 1m19s left"))
    run.happen(.paused("why"))
    #expect(run.model.secondsLeft(at: run.now) == nil, "nobody knows how long a pause is")
  }

  @Test("a failure shows its exit code, and the rollback gets a column")
  func failure() {
    var run = LiveRun(["A", "B"])
    run.roll(0, upTo: 2, isDone: false)
    run.happen(.phaseEnded(node: "A", phase: LiveRun.phases[1], result: .failed(Failure(.exit, "boom", exitCode: 100))))
    #expect(run.row("A") == ["A", "out", "·", "✗", "100"])
    run.happen(.phaseStarted(node: "A", phase: .rollback))
    #expect(run.row("NODE").last == "ROLLBACK")
    #expect(run.row("A").suffix(2) == ["▶", "0s"])
  }

  @Test("what an earlier process did has no times, and what it had in hand is not shown as under way")
  func replayed() {
    var model = LiveModel()
    let origin = RunOrigin(
      run: RunID(LiveRun.start, bits: 1), version: "1", host: "h", processID: 1, user: "u", nodes: ["A"])
    let export = LiveRun.phases[0]
    for event: Event in [
      .opened(origin), .runStarted(LiveRun.plan(["A"])), .phaseStarted(node: "A", phase: export),
      .phaseEnded(node: "A", phase: export, result: .passed), .phaseStarted(node: "A", phase: LiveRun.phases[1]),
      .stepStarted(StepID("A", stage: 1, step: 0), title: "out"),
    ] { model.apply(event, at: nil) }
    model.apply(.continued(origin, .resume), at: LiveRun.start)
    #expect(model.nodes[0].step == nil && !model.nodes[0].isAtWork)
    let row = LiveFrame(model, messages: [], footer: "", now: LiveRun.start, width: 80, height: 24).lines
      .map(\.text).first { $0.hasPrefix("A") }
    #expect(row?.split(separator: " ") == ["A", "out", "✓", "·"])
  }

  @Test(
    "every screen is filled exactly, whatever its size and however many nodes there are",
    arguments: [
      (3, 80, 24), (3, 200, 60), (40, 80, 24), (300, 80, 24), (300, 200, 60), (3, 40, 10), (500, 41, 11), (1, 3, 2),
    ])
  func sizes(_ count: Int, _ width: Int, _ height: Int) {
    var run = LiveRun((1...count).map { "node-\($0)-\(String(repeating: "x", count: $0 % 30))" })
    run.export()
    for place in 0..<min(3, count) { run.roll(place, upTo: place, isDone: place == 0) }
    let frame = run.frame(width, height, messages: (0..<100).map { .init("message \($0)") })
    #expect(frame.count == height)
    #expect(frame.allSatisfy { $0.columns <= width })
    #expect(frame.last?.text.hasPrefix(width > 8 ? " p pause" : " ") == true)
  }

  @Test("of many nodes those that stand alike are one row, and those at work and failed have their own")
  func folded() {
    var run = LiveRun((1...300).map { "n\($0)" })
    run.export()
    run.roll(0)
    run.roll(1, upTo: 1, isDone: false)
    run.roll(2, upTo: 0, isDone: false)
    run.happen(.phaseEnded(node: "n3", phase: LiveRun.phases[1], result: .failed(Failure(.exit, "boom", exitCode: 9))))
    let names = run.screen().dropFirst(4).prefix { !$0.hasPrefix("──") }
    #expect(names.contains { $0.contains("of 300 nodes)") })
    #expect(names.contains { $0.hasPrefix("n2 ") } && names.contains { $0.hasPrefix("n3 ") })
  }

  @Test("wide characters keep the columns in line, and what would upset a terminal is not shown")
  func hostile() {
    var run = LiveRun(["日本語ノード", "Ünïcode", "plain", "\u{202E}x"])
    run.export()
    run.roll(0, upTo: 2, isDone: false)
    run.happen(
      .output(node: "日本語ノード", stream: .standardOutput, line: "\u{1B}[2J\u{1B}]0;title\u{7}\tdone\r\u{202E}evil"))
    let frame = run.frame()
    let places = frame.filter { $0.text.contains("✓ 2s") }.map { line in
      DisplayWidth.columns(String(line.text.prefix { $0 != "✓" }))
    }
    #expect(places.count == 4 && Set(places).count == 1)
    let codes = frame.map { $0.codes(inColor: false) }.joined()
    #expect(!codes.contains("\u{1B}[2J") && !codes.contains("\u{7}") && !codes.contains("\u{202E}"))
    #expect(codes.contains("\\u{1b}[2J"))
  }

  @Test("without colour there is none, only weight")
  func colourless() {
    var run = LiveRun(["A"])
    run.export()
    let codes = run.frame().map { $0.codes(inColor: false) }.joined()
    #expect(!codes.contains("\u{1B}[3") && codes.contains("\u{1B}[1m"))
    #expect(run.frame().map { $0.codes(inColor: true) }.joined().contains("\u{1B}[32m"))
  }

  @Test("the probe's line tells of failures at once, and of the speed")
  func probe() {
    var run = LiveRun(["A"])
    run.happen(.probe(.sample(url: "http://x/", .init(p50: 2.04, p95: 5, p99: 12.4, max: 20))))
    #expect(run.row("probe").joined(separator: " ") == "probe http://x/ 0 failed, p50 2.0 ms, p99 12 ms")
    run.happen(.probe(.failing(url: "http://x/", since: run.now, fault: .refused, isShown: true)))
    run.happen(.probe(.failed(url: "http://x/", at: run.now, fault: .refused)))
    #expect(run.row("probe").joined(separator: " ").contains("FAILING for 2s, 1 failed"))
  }

  @Test("before there is a plan the look at the nodes is shown")
  func preflight() {
    var run = LiveRun(["A"], hasPlan: false)
    run.happen(.phaseStarted(node: "A", phase: .preflight))
    #expect(run.row("NODE") == ["NODE", "PREFLIGHT"] && run.row("A") == ["A", "▶", "0s"])
  }
}
