import TestDoubles
import Testing
import Upgrade
import WebMethods

@Suite("What the client repeats")
struct RetryTests {
  @Test("what is safe to repeat is, with doubling pauses, and the last failure is told")
  func repeats() async throws {
    let bench = try Bench(.lost, .late, .status(503, ""), .ok(#"{"enable":false}"#))
    #expect(try await bench.client.quiesceState().isEnabled == false)
    #expect(await bench.http.questions.count == 4)
    #expect(bench.clock.now == ManualClock().now.advanced(by: .milliseconds(3500)))

    let dead = try Bench(.lost, .lost, .lost, .late)
    let failure = await Bench.failure { _ = try await dead.client.quiesceDesigntime() }
    #expect(failure?.kind == .timeout)
    #expect(failure?.message == "quiesce designtime on old-1: URL: no whole answer within 30 s")
  }

  @Test("a quiesced gateway's 503 to a change is said at once; a gateway in between that has lost it is asked again")
  func passing() async throws {
    let bench = try Bench(.status(503, ""), .status(502, ""), .status(204, ""))
    let failure = await Bench.failure { try await bench.client.deleteWebhook("i") }
    #expect(failure?.kind == .gateway && failure?.message.hasSuffix("HTTP 503") == true)
    #expect(try await bench.client.deleteWebhook("i"))
  }

  @Test("what is not safe to repeat is sent once, and a lost answer is an answer of its own")
  func once() async throws {
    let bench = try Bench(.lost, .late, .lost, .lost)
    let source = ReindexSource(url: "http://e")
    guard case .answerLost = try await bench.client.startReindex(.core, from: source, version: nil),
      case .answerLost(let late) = try await bench.client.startClean(),
      case .answerLost = try await bench.client.shutDown(.force, isRestarted: true),
      case .answerLost = try await bench.client.quiesceAll()
    else {
      Issue.record("one was no lost answer")
      return
    }
    #expect(late.kind == .timeout)
    #expect(await bench.http.left == 0)
  }

  @Test("a failure that is no lost answer is neither repeated nor taken for one")
  func others() async throws {
    let bench = try Bench(.fails(Failure(.io, "caFile: cannot be read")), .fails(Failure(.io, "x")))
    #expect(await Bench.failure { _ = try await bench.client.startClean() }?.kind == .io)
    #expect(await Bench.failure { _ = try await bench.client.webhooks() }?.kind == .io)
  }

  @Test("health is asked once")
  func health() async throws {
    let bench = try Bench(.lost)
    #expect(try await bench.client.health().isAnswered == false)
  }

  @Test("a policy's pauses double up to the longest")
  func policy() async throws {
    let short = RetryPolicy(tries: 5, firstPause: .seconds(1), longestPause: .seconds(3))
    let bench = try Bench(.lost, .lost, .lost, .lost, .lost, retry: short)
    _ = await Bench.failure { _ = try await bench.client.webhooks() }
    #expect(bench.clock.now == ManualClock().now.advanced(by: .seconds(1 + 2 + 3 + 3)))
  }

  @Test("where the version is not known the other word for the logs is tried when the first is refused")
  func indicesTypes() async throws {
    let bench = try Bench(.status(400, ""), .status(202, ""))
    #expect(
      try await bench.client.startReindex(.logsAndEvents, from: ReindexSource(url: "http://e"), version: nil)
        == .started)
    let words = await bench.http.requests.map {
      $0.contains(#""analyticsandlogs""#) ? 1 : $0.contains(#""logsevents""#) ? 2 : 0
    }
    #expect(words == [1, 2])
  }
}
