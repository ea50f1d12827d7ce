import Synchronization
import TestDoubles
import Testing
import Upgrade

@testable import WebMethods

@Suite("What is asked of gateways, where they answer oddly")
struct GatewayPerformerTests {
  private struct NoControl: ControlCommand {
    func run(_ command: OperatorCommand, about node: Node) async throws {
      throw Failure(.refused, "the test said nothing about a command")
    }
  }

  private struct Outcome {
    let failure: Failure?
    let requests: [String]
    let left: Int
    let accepted: Int
    let said: [String]
  }

  /// Has `operation` performed by a gateway that answers in this order; pauses take no time.
  private static func perform(
    _ operation: GatewayOperation, isAccepted: Bool = false, _ replies: ScriptedExchange.Reply...
  ) async throws -> Outcome {
    let http = ScriptedExchange(replies)
    let settings = PlannerBench.settings(.major)
    let clock = ManualClock()
    let client = GatewayClient(
      name: "New-1", url: try #require(GatewayURL("http://gw:1")),
      login: .init(user: "Administrator", password: Secret("hidden")), retry: .never, http: http, clock: clock)
    let journal = EventRecorder()
    let performer = GatewayPerformer(
      settings,
      .init(
        clients: ["New-1": client], source: ReindexSource(url: "http://old:1"),
        versions: (nil, GatewayVersion("11.0")), control: NoControl()),
      pace: GatewayPace(interval: .seconds(5)), journal: journal, clock: clock)
    let accepted = Mutex(0)
    let node = PlannerBench.node("New-1", 11)
    guard case .operation(let plain) = GatewayActions(times: settings.times, file: "f").action(operation, on: node)
    else { throw Failure(.refused, "no operation") }
    let failure = await Bench.failure {
      try await performer.perform(plain, on: node.node(in: "gateway"), isAccepted: isAccepted) {
        accepted.withLock { $0 += 1 }
      }
    }
    let said = await journal.events.compactMap { event -> String? in
      if case .output(_, _, let line) = event { line } else { nil }
    }
    let requests = await http.questions.map { "\($0.method) \($0.url.split(separator: "/").last ?? "")" }
    return Outcome(
      failure: failure, requests: requests, left: await http.left, accepted: accepted.withLock { $0 }, said: said)
  }

  private static let success = ScriptedExchange.Reply.ok(#"{"status":"success"}"#)
  private static let running = ScriptedExchange.Reply.ok(#"{"status":null}"#)
  private static let never = ScriptedExchange.Reply.status(404, "{}")
  private static let begun = ScriptedExchange.Reply.status(202, "{}")
  private static let conflict = ScriptedExchange.Reply.status(409, "{}")

  @Test("the success of an earlier reindex does not count, until another state was seen")
  func stale() async throws {
    let seen = try await Self.perform(
      .reindex(.logsAndEvents), Self.success, Self.begun, Self.success, Self.success, Self.running, Self.success)
    #expect(seen.failure == nil && seen.left == 0 && seen.accepted == 1)
    let failed = try await Self.perform(
      .reindex(.logsAndEvents), Self.success, Self.begun, Self.success,
      .ok(#"{"status":"failure","failureReason":"no"}"#))
    #expect(failed.failure?.message == "reindex failed on the gateway: no" && failed.failure?.evidence == ["no"])
  }

  @Test("one that ends between two looks is taken for ended when the settling time is over")
  func quick() async throws {
    // 202, then six looks at 0 to 25 s that do not count, and one at 30 s that does.
    let seen = try await Self.perform(
      .reindex(.logsAndEvents), Self.success, Self.begun, Self.success, Self.success, Self.success, Self.success,
      Self.success, Self.success, Self.success)
    #expect(seen.failure == nil && seen.left == 0)
  }

  @Test("a clean or transform that runs already is adopted; a reindex is waited for, and ours begun then")
  func conflict() async throws {
    let transform = try await Self.perform(
      .transform, Self.running, Self.conflict, Self.success, Self.success, Self.running, Self.running, Self.success)
    #expect(transform.failure == nil && transform.left == 0 && transform.accepted == 1)
    #expect(transform.requests.count { $0.hasPrefix("POST") } == 1)
    let reindex = try await Self.perform(
      .reindex(.core), Self.running, Self.conflict, Self.running, Self.conflict, Self.success, Self.begun, Self.running,
      Self.success)
    #expect(reindex.failure == nil && reindex.left == 0 && reindex.accepted == 1)
    #expect(reindex.requests.count { $0.hasPrefix("POST") } == 3)
  }

  @Test("where the answer is lost the status tells; where it stays what it was the order is sent again")
  func lost() async throws {
    let begun = try await Self.perform(.clean(hasBackup: true), Self.never, .lost, Self.running, Self.success)
    #expect(begun.failure == nil && begun.left == 0 && begun.accepted == 1)
    let not = try await Self.perform(
      .clean(hasBackup: true), Self.never, .lost, Self.never, Self.never, Self.never, Self.never, Self.never,
      Self.never, Self.never, Self.begun, Self.running, Self.success)
    // The baseline is asked again before the second order.
    #expect(not.failure == nil && not.left == 0 && not.accepted == 1)
    #expect(not.requests.count { $0.hasPrefix("POST") } == 2)
  }

  @Test("what was accepted before a crash is only waited for; a gateway that has lost it says so")
  func resumed() async throws {
    let ended = try await Self.perform(.transform, isAccepted: true, Self.running, Self.running, Self.success)
    #expect(ended.failure == nil && ended.left == 0 && ended.accepted == 0)
    #expect(ended.requests.allSatisfy { $0.hasPrefix("GET") })
    let silent = try await Self.perform(
      .transform, isAccepted: true, Self.running, .lost, .lost, .lost, .lost, .lost, .lost, .lost, .lost, .lost, .lost,
      .lost, .lost, .lost)
    #expect(silent.failure?.kind == .unreachable && silent.left == 0)
    #expect(silent.failure?.message.contains("if it was restarted, transform has ended with it") == true)
  }

  @Test("a designtime quiesce that is in effect is fine, and ending one that is not")
  func quiesce() async throws {
    let on = ScriptedExchange.Reply.ok(#"{"enable":true,"block":"designtime","status":"success"}"#)
    let off = ScriptedExchange.Reply.ok(#"{"enable":false,"block":"designtime","status":"success"}"#)
    let already = try await Self.perform(.quiesceDesigntime, on, Self.conflict, on)
    #expect(already.failure == nil && already.left == 0)
    let pending = ScriptedExchange.Reply.ok(#"{"enable":true,"block":"designtime"}"#)
    let fresh = try await Self.perform(.quiesceDesigntime, off, .ok(), pending, on)
    #expect(fresh.failure == nil && fresh.left == 0 && fresh.accepted == 1)
    let ended = try await Self.perform(.endDesigntime, Self.conflict, off)
    #expect(ended.failure == nil && ended.left == 0)
  }

  @Test("quiescing for all without a usable quiesce port says what to do; a second one that is in effect is waited for")
  func quiesceAll() async throws {
    let port = QuiescePort(number: 4444)
    let portless = try await Self.perform(.quiesceAll(port), .ok(), .status(500, #"{"error":"no port"}"#))
    #expect(portless.failure?.remedy?.contains("gateway port create-quiesce") == true && portless.accepted == 0)
    let deaf = try await Self.perform(.quiesceAll(port), .lost, .ok())
    #expect(deaf.failure?.message.hasPrefix("quiesce port 4444 does not answer") == true)
    let done = try await Self.perform(.quiesceAll(port), .status(503, "{}"), .lost)
    #expect(done.failure == nil && done.accepted == 0, "it is quiesced already")
    let lost = try await Self.perform(.quiesceAll(port), .ok(), .lost, .status(503, "{}"), .status(503, "{}"))
    #expect(lost.failure == nil && lost.left == 0 && lost.accepted == 1)
  }

  @Test("a quiescing for all that has failed is known by a gateway that tells of its design time again, too")
  func quiesceAllFailed() async throws {
    let failed = ScriptedExchange.Reply.ok(
      #"{"enable":true,"block":"designtime","status":"failure","failureReason":"cannot flush"}"#)
    let running = ScriptedExchange.Reply.ok(#"{"enable":true,"block":"all","status":null}"#)
    // It may be of an earlier one when it is seen once.
    let outcome = try await Self.perform(
      .quiesceAll(QuiescePort(number: 4444)), .ok(), .ok(), .ok(), failed, .ok(), running, .ok(), failed, .ok(), failed)
    #expect(outcome.failure?.message == "quiescing failed on the gateway: cannot flush")
    #expect(outcome.left == 0 && outcome.accepted == 1)
  }

  @Test("a restart counts only once the gateway was seen to go; a shutdown whose answer is lost is seen by its silence")
  func restart() async throws {
    let seen = try await Self.perform(.restart, .ok(), .ok(), .ok(), .lost, .lost, .ok(#"{"status":"green"}"#))
    #expect(seen.failure == nil && seen.left == 0 && seen.accepted == 1)
    let down = try await Self.perform(.shutDown(.administration, minutes: 1), .ok(), .lost, .ok(), .lost, .lost)
    #expect(down.failure == nil && down.left == 0 && down.accepted == 1)
    #expect(down.said.last == "it does not answer any more")
  }
}
