import Testing
import Upgrade
import WebMethods

@Suite("What the client makes of answers")
struct AnswerTests {
  @Test(
    "a status is under way while it is null, missing or any word that is neither success nor failure",
    arguments: [
      (#"{"status":null}"#, ActionProgress.underWay(said: nil)), ("{}", .underWay(said: nil)),
      (#"{"status":"in progress"}"#, .underWay(said: "in progress")),
      (#"{"status":"IN_PROGRESS","failureReason":null}"#, .underWay(said: "IN_PROGRESS")),
      (#"{"status":"queued","new":[1]}"#, .underWay(said: "queued")), (#"{"status":"success"}"#, .success),
      (#"{"status":" Success "}"#, .success), (#"{"status":"failure"}"#, .failure(reason: nil)),
      (#"{"status":"FAILED","failureReason":"no space"}"#, .failure(reason: "no space")),
    ])
  func progress(body: String, expected: ActionProgress) async throws {
    let bench = try Bench(.ok(body))
    #expect(try await bench.client.migrationStatus(of: .reindex) == .begun(expected))
  }

  @Test("409 is no error: a quiesce that is so already, a migration that runs already; 404 is one that never ran")
  func expectedStatuses() async throws {
    let bench = try Bench(.status(409, ""), .status(409, "{}"), .status(404, ""), .status(202, "no JSON"))
    #expect(try await bench.client.quiesceDesigntime() == .alreadySo)
    #expect(try await bench.client.startTransform() == .alreadyRunning)
    #expect(try await bench.client.migrationStatus(of: .clean) == .neverRun)
    #expect(try await bench.client.startClean() == .started)
  }

  @Test("the quiesce mode is read, booleans as texts too")
  func quiesceState() async throws {
    let bench = try Bench(
      .ok(#"{"enable":true,"block":"all","flush":["license_metrics","other"],"status":"in progress","x":{}}"#),
      .ok(#"{"enable":"true","block":"designtime","status":"success"}"#), .ok("<html>"))
    #expect(
      try await bench.client.quiesceState()
        == QuiesceState(
          isEnabled: true, block: .all, flush: ["license_metrics", "other"], progress: .underWay(said: "in progress")))
    #expect(try await bench.client.quiesceState().isDesigntimeBlocked)
    let failure = await Bench.failure { _ = try await bench.client.quiesceState() }
    #expect(failure?.message == "ask for the quiesce mode on old-1: the answer is not what an API Gateway says")
    #expect(failure?.kind == .gateway && failure?.evidence == ["<html>"])
  }

  @Test("a gateway without the operations of an upgrade is told from one that does not answer")
  func probe() async throws {
    let bench = try Bench(.status(404, ""), .ok(#"{"enable":false}"#), .status(401, ""))
    #expect(try await bench.client.offersUpgrade() == false)
    #expect(try await bench.client.offersUpgrade())
    #expect(await Bench.failure { _ = try await bench.client.offersUpgrade() }?.kind == .authentication)
  }

  @Test(
    "any other status is a failure of its kind with the gateway's reason",
    arguments: [
      (400, #"{"errorDetails":"path.repo is not set"}"#, Failure.Kind.refused, "HTTP 400: path.repo is not set"),
      (401, "", .authentication, "HTTP 401"), (403, "{}", .authentication, "HTTP 403"),
      (404, "Not found", .gateway, "HTTP 404"), (301, "", .gateway, "HTTP 301"),
      (500, #"{"failureReason":"a\nb"}"#, .gateway, "HTTP 500: a\\nb"),
    ])
  func failures(status: Int, body: String, kind: Failure.Kind, message: String) async throws {
    let bench = try Bench(.status(status, body))
    let failure = await Bench.failure { _ = try await bench.client.startClean() }
    #expect(failure?.kind == kind && failure?.message == "clean the datastore on old-1: \(message)")
  }

  @Test("no secret comes through the evidence or the reason: not ours, not within JSON, not another webhook's")
  func secrets() async throws {
    let echo = #"{"message":"p\"ä:s/s and QWRtaW5pc3RyYXRvcjpwIsOkOnMvcw== and esp","config":{"password":"theirs"}}"#
    let bench = try Bench(.status(400, echo), .status(500, #"Bad: p\"ä:s/s, p"ä:s/s, esp"#))
    let source = ReindexSource(url: "http://e", login: .init(user: "u", password: Secret("esp")))
    for _ in 0..<2 {
      let failure = await Bench.failure { _ = try await bench.client.startReindex(.core, from: source, version: nil) }
      let text = "\(failure?.description ?? "none") \(failure?.evidence.joined() ?? "")"
      #expect(text.contains("[redacted]") && !text.contains("ä:s") && !text.contains("QWR") && !text.contains("esp"))
      #expect(!text.contains("theirs") && failure?.evidence.isEmpty == false)
    }
  }

  @Test(
    "health is the API's word, the worst of the parts where the whole has none, and no error where there is none",
    arguments: [
      (ScriptedExchange.Reply.ok(#"{"status":"green"}"#), "answered green"),
      (.ok(#"{"admin":{"status":"yellow"},"engine":{"status":"green"},"external":{}}"#), "answered yellow"),
      (.ok(#"{"engine":{"status":"red"},"admin":{"status":"green"}}"#), "answered red"), (.ok("OK"), "answered nil"),
      (.status(503, ""), "refused 503"), (.status(401, ""), "refused 401"), (.lost, "silent"), (.late, "silent"),
    ])
  func health(reply: ScriptedExchange.Reply, expected: String) async throws {
    let bench = try Bench(reply)
    let answer = try await bench.client.health(.all)
    let text =
      switch answer {
      case .answered(let health): "answered \(health?.rawValue ?? "nil")"
      case .refused(let status, _): "refused \(status)"
      case .silent: "silent"
      }
    #expect(text == expected)
    #expect(answer.isAnswered == expected.hasPrefix("answered"))
    #expect(answer.isServing == ["answered green", "answered yellow", "answered nil"].contains(expected))
    #expect((answer.failure == nil) == answer.isServing)
  }

  @Test("webhooks are read bare and within 'response', without what is none; no webhook at all is an empty list")
  func webhooks() async throws {
    let hook = #"{"id":"1","config":{"url":"u","headers":{"n":3},"username":null},"events":["e"],"active":true}"#
    let bench = try Bench(
      .ok("[\(hook),7]"), .ok(#"{"response":[\#(hook)],"more":1}"#), .status(404, ""), .status(404, "{}"), .ok("{}"))
    let expected = Webhook(id: "1", url: "u", headers: ["n": "3"], events: ["e"])
    #expect(try await bench.client.webhooks() == [expected])
    #expect(try await bench.client.webhooks() == [expected])
    #expect(try await bench.client.webhooks().isEmpty)
    #expect(try await bench.client.webhook("x") == nil)
    #expect(await Bench.failure { _ = try await bench.client.webhooks() }?.kind == .gateway)
  }

  @Test("a webhook's password shows nowhere when it is printed")
  func printed() throws {
    let hook = Webhook(url: "u", login: .init(user: "n", password: Secret("hidden!")), events: [])
    #expect(!"\(hook)".contains("hidden!") && !String(reflecting: hook).contains("hidden!"))
  }
}
