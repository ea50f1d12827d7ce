import FoundationEssentials
import Testing
import Upgrade

@testable import Report

@Suite("The report on a run")
struct ReportPageTests {
  private static let start = Date(timeIntervalSince1970: 1_800_000_000)
  private static let roll = Phase(
    "ROLL", banner: "ROLL", failure: Status("ROLL_FAILED", 73), isDisruptive: true)

  private static func plan(_ nodes: [String]) -> Plan {
    let command = Action.run(Command("true"), timeout: nil)
    func lane(_ node: String) -> Lane {
      let acts: [Act] = [
        Act("out", .balancer(.disable)), Act("drain", .balancer(.drain(deadline: 9))), Act("work", command),
        Act("serves", .balancer(.serve(deadline: 9))),
      ]
      return Lane(node, acts.map { Step(node, roll, $0) })
    }
    return Plan(
      title: "MULTI-NODE UPGRADE", nodes: nodes.map { Node(name: $0, host: $0, groups: ["g"]) }, phases: [roll],
      stages: [Stage("roll", lanes: nodes.map(lane), concurrency: 1)], notUndone: ["the <metrics> database"],
      checklist: ["tell the users"])
  }

  /// The story of `events`, one of them each second.
  private func story(_ events: [Event], nodes: [String] = ["A", "B"]) -> RunStory {
    var story = RunStory()
    let origin = RunOrigin(
      run: RunID(Self.start, bits: 1), version: "1.2", host: "control", processID: 7, user: "ops", nodes: nodes)
    for (index, event) in ([.opened(origin), .runStarted(Self.plan(nodes))] + events).enumerated() {
      story.take(JournalEntry(number: index + 1, time: Self.start.addingTimeInterval(Double(index)), event: event))
    }
    return story
  }

  private func page(_ story: RunStory, after seconds: Double = 100) -> String {
    ReportPage(story, now: Self.start.addingTimeInterval(seconds)).text
  }

  private func node(_ name: String, failing: Failure? = nil) -> [Event] {
    func step(_ number: Int) -> StepID { StepID(name, stage: 0, step: number) }
    let work: [Event] = [
      .stepStarted(step(2), title: "work"), .commandStarted(node: name, lines: ["do it"]),
      .output(node: name, stream: .standardOutput, line: "done"),
      .commandEnded(node: name, exit: .code(0), reason: nil),
      .stepEnded(step(2), title: "work", failure: failing),
    ]
    let out: [Event] = [
      .phaseStarted(node: name, phase: Self.roll), .stepStarted(step(0), title: "out"),
      .stepEnded(step(0), title: "out", failure: nil), .stepStarted(step(1), title: "drain"),
      .stepEnded(step(1), title: "drain", failure: nil),
    ]
    if let failing { return out + work + [.phaseEnded(node: name, phase: Self.roll, result: .failed(failing))] }
    return out + work + [
      .stepStarted(step(3), title: "serves"), .stepEnded(step(3), title: "serves", failure: nil),
      .phaseEnded(node: name, phase: Self.roll, result: .passed),
    ]
  }

  @Test("tells the result, each node's row and times, and what is left to do")
  func success() throws {
    let story = story(node("A") + node("B") + [.runEnded(.success)])
    let page = page(story)
    #expect(page.contains("<span class=\"verdict good\">SUCCESS (0)</span>"))
    #expect(page.matches(of: /<th scope="row">[AB]<\/th><td class="passed">✓ PASSED \(0\)<\/td>/).count == 2)
    #expect(page.contains("<li>tell the users</li>") && !page.contains("metrics"), "nothing was taken back")
    #expect(page.contains("exit code 0") && page.contains("<pre>done</pre>"))
    let first = try #require(story.nodes.first)
    #expect(first.drains.map { $0.seconds(until: Self.start) } == [1])
    // From the step that takes it out to the one that sees it serve.
    #expect(first.outages.map { $0.seconds(until: Self.start) } == [10])
    #expect(page.contains("<td>10 s</td>"))
  }

  @Test("a failure is told with its evidence, in the table, on the timeline and in words")
  func failure() {
    let failure = Failure(.exit, "apply: exit code 100", exitCode: 100, evidence: ["ERROR: no licence"])
    let page = page(story(node("A", failing: failure) + [.runEnded(Status("ROLL_FAILED", 73))]))
    #expect(page.contains("<span class=\"verdict bad\">ROLL_FAILED (73)</span>"))
    #expect(page.contains("<td class=\"failed\">✗ FAILED (100)</td>"))
    #expect(page.contains("<li>A: ROLL: apply: exit code 100<pre>ERROR: no licence</pre></li>"))
    #expect(page.contains("class=\"box phase p0 failed\""))
    #expect(!page.contains("tell the users"))
  }

  @Test(
    "whatever a node is called, says or is told is text, never markup",
    arguments: ["<script>alert(1)</script>", "\" onload=\"x", "'>&lt;<img src=x>", "a\u{1B}[31m\u{202E}b", "]]>-->"])
  func hostile(text: String) {
    let failure = Failure(.exit, text, evidence: [text], remedy: text)
    let events: [Event] = [
      .phaseStarted(node: text, phase: Self.roll), .commandStarted(node: text, lines: [text]),
      .output(node: text, stream: .standardError, line: text), .warning(node: text, text: text),
      .note(node: nil, text: text), .probe(.failing(url: text, since: Self.start, fault: .broken(text), isShown: true)),
      .finding(node: text, Finding(line: text, meaning: text)),
      .stranded(Stranded(node: text, state: text, remaining: [Act(text, .run(Command(text), timeout: nil))])),
      .phaseEnded(node: text, phase: Self.roll, result: .failed(failure)), .runEnded(.rollbackFailed),
    ]
    let page = page(story(events, nodes: [text]))
    let markup = page.replacing(/<style>.*<\/style>/.dotMatchesNewlines(), with: "")
    for forbidden in ["<script", "<img", "onload=\"", "\u{1B}", "\u{202E}"] { #expect(!markup.contains(forbidden)) }
    let tags = Set(markup.matches(of: /<([a-z0-9]+)/).map { String($0.1) })
    #expect(
      tags.isSubset(of: [
        "html", "head", "meta", "link", "title", "style", "body", "main", "header", "section", "p", "h1", "h2", "h3",
        "span", "dl", "div", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td", "ul", "ol", "li", "pre",
        "details",
        "summary", "time", "svg", "polyline", "br", "small",
      ]))
  }

  @Test("nothing is loaded, and nothing needs a script")
  func alone() {
    let page = page(story(node("A") + [.runEnded(.success)]))
    for word in ["<script", "src=", "@import", "url(", "http"] {
      #expect(!page.replacing("http-equiv", with: "").contains(word), "\(word)")
    }
    #expect(page.contains("default-src 'none'"))
  }

  @Test("the probe's speed and failures stand on the time axis of the phases")
  func probes() {
    func sample(_ p50: Double, _ p99: Double) -> Event {
      .probe(.sample(url: "http://lb/", .init(p50: p50, p95: p99, p99: p99, max: p99)))
    }
    let page = page(
      story([
        sample(1, 4), sample(2, 17),
        .probe(.failing(url: "http://lb/", since: Self.start, fault: .refused, isShown: true)),
        .probe(
          .recovered(url: "http://lb/", at: Self.start.addingTimeInterval(3), failed: 2, gap: 3000, isShown: true)),
        sample(1, 3), .runEnded(.success),
      ]))
    // Entries 3, 4 and 7 of eight, a second apart: the axis has seven seconds.
    #expect(page.contains("<polyline class=\"median\" points=\"28.571,95.0 42.857,90.0 85.714,95.0\""))
    #expect(page.contains("0 to 20 ms") && page.contains("<polyline class=\"slow\" points=\"28.571,80.0 42.857,15.0"))
    #expect(page.contains("<span class=\"box gap\" style=\"left:0.0%;width:42.857%\""))
    #expect(page.contains("the connection was refused; 2 probes, 3.0 s"))
  }

  @Test("a run that goes on, or was cut off, is told as it is now")
  func open() {
    let events = Array(node("A").dropLast(6))
    let page = page(story(events))
    #expect(page.contains("<span class=\"verdict open\">not ended</span>"))
    #expect(page.contains("ROLL not ended: ") && page.contains("out of the load balancer: ") && page.contains("…"))
  }

  @Test("a run that has come to no plan says so")
  func planless() {
    #expect(page(RunStory()).contains("has changed nothing"))
  }

  @Test("what is printed without end is bounded, and the report says where the rest is")
  func bounded() {
    let lines = (1...1000).map { Event.output(node: "A", stream: .standardOutput, line: "line \($0)") }
    let page = page(story([.commandStarted(node: "A", lines: ["chatter"])] + lines))
    #expect(page.contains("line 1000\n".dropLast()) && !page.contains("line 800\n"))
    #expect(page.contains("800 lines before these are only in the node's log."))
  }

  @Test("of a large fleet the nodes that stand alike are one row, and who failed comes last")
  func fleet() {
    let nodes = (1...60).map { "N\($0)" }
    let ends = nodes.map { name in
      Event.phaseEnded(
        node: name, phase: Self.roll, result: name == "N7" ? .failed(Failure(.exit, "no", exitCode: 9)) : .passed)
    }
    let page = page(story(ends + [.runEnded(Status("ROLL_FAILED", 73))], nodes: nodes))
    let rows = page.matches(of: /<tr><th scope="row">([^<]*)<\/th><td class/).map { String($0.1) }
    #expect(rows == ["g (59 of 60 nodes)", "N7"])
  }
}
