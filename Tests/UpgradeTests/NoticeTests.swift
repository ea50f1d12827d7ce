import Foundation
import Synchronization
import TestDoubles
import Testing
import Upgrade

@Suite("What people are told who do not watch a run")
struct NoticeTests: ConductedRuns {
  private static let time = Date(timeIntervalSince1970: 1_800_000_000)
  private static let origin = RunOrigin(
    run: RunID(time, bits: 7), version: "1", host: "control", processID: 1, user: "ops", nodes: ["A", "B", "C"])

  private static func notices(_ events: [Event], replaying past: [Event] = []) -> [Notice] {
    var maker = NoticeMaker(origin)
    for event in past { maker.replay(event) }
    return events.compactMap { maker.notice(of: $0, at: time) }
  }

  @Test("the start, each node when it is finished, and the end")
  func success() async {
    let notices = Self.notices(await run().events)
    #expect(notices.map(\.event) == [.started, .nodeFinished, .nodeFinished, .nodeFinished, .ended])
    #expect(notices.map(\.node) == [nil, "A", "B", "C", nil] && notices.map(\.finished) == [0, 1, 2, 3, 3])
    #expect(notices.last?.text == "zdupgrade run \(Self.origin.run) (ops@control): ended with SUCCESS (0)")
  }

  @Test("a failure with its phase, and nodes that were taken back")
  func failure() async throws {
    let notices = Self.notices(await run(failing: ["B: stop": Failure(.exit, "boom\nx", exitCode: 9)]).events)
    #expect(
      notices.map(\.event) == [.started, .nodeFinished, .failed, .nodeTakenBack, .nodeTakenBack, .ended])
    let failed = try #require(notices.first { $0.event == .failed })
    #expect(failed.node == "B" && failed.phase == "ROLL" && failed.text.hasSuffix("B: ROLL FAILED: stop: boom\\nx"))
    #expect(notices.last?.finished == 0 && notices.last?.status?.code == 73)
  }

  @Test("a run that is taken up again tells of what is done from then on only")
  func resumed() async {
    let events = await run().events
    let cut = events.lastIndex { if case .phaseEnded("A", _, .passed) = $0 { true } else { false } } ?? 0
    let notices = Self.notices(Array(events[(cut + 1)...]), replaying: Array(events[...cut]))
    #expect(notices.map(\.node) == ["B", "C", nil] && notices.map(\.finished) == [2, 3, 3])
  }

  @Test("is one JSON object, with what is known")
  func json() throws {
    let notice = try #require(Self.notices([.paused("the window")]).first)
    #expect(
      String(decoding: try notice.json, as: UTF8.self)
        == #"{"by":"ops@control","event":"paused","finished":0,"nodes":0,"run":"\#(Self.origin.run)","#
        + #""text":"zdupgrade run \#(Self.origin.run) (ops@control): waits for the operator: the window","#
        + #""time":"2027-01-15T08:00:00.000Z"}"#)
  }

  @Test("what cannot be delivered is tried three times and told without the URL; the run does not wait for it")
  func undelivered() async throws {
    let told = Mutex<[String]>([])
    let handler = ScriptedHandler([("good", .exits(0)), ("bad", .exits(7, 7, 7))])
    let notifier = Notifier(
      NoticeTargets(urls: [Secret("http://chat/token-1")], commands: ["good", "bad"]), of: Self.origin, http: Silent(),
      commands: handler, clock: ManualClock(), now: { Self.time }
    ) { line in told.withLock { $0.append(line) } }
    await notifier.read(.paused("now"))
    try await eventually { told.withLock { $0.count } == 2 }
    let lines = told.withLock { $0 }.sorted()
    #expect(
      lines == [
        "--notify_command 'bad': a notification could not be delivered: exit code 7",
        "--notify_url, number 1: a notification could not be delivered: there is no answer",
      ])
    let ran = await handler.ran
    #expect(ran.count { $0.hasSuffix("bad") } == 3 && ran.count { $0.hasSuffix("good") } == 1)
    #expect(ran.allSatisfy { $0.hasPrefix("control node: export ZDU_EVENT=paused; ") })
    let input = await handler.inputs.values.first ?? []
    #expect(String(decoding: input, as: UTF8.self).hasPrefix("{\"by\"") && input.last == UInt8(ascii: "\n"))
  }
}

/// Answers nobody.
private struct Silent: HTTPExchange {
  func answer(to request: HTTPQuestion, trust: TLSTrust, timeout: Duration) async throws -> HTTPAnswer {
    throw Failure(.unreachable, "\(request.url): no route")
  }
}
