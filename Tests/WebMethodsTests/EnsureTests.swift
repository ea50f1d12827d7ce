import Testing
import Upgrade
import WebMethods

@Suite("What is seen to be there")
struct EnsureTests {
  private let port = QuiescePort(number: 4444, alias: "Q")
  private static func list(_ ports: String...) -> ScriptedExchange.Reply {
    .ok(#"{"listeners":[\#(ports.joined(separator: ","))]}"#)
  }
  private static func verbs(_ bench: Bench) async -> [String] {
    await bench.http.requests.map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
  }
  private static let api = "/rest/apigateway"
  private static let enable = ["PUT \(api)/ports/enable", "PUT /invoke/wm.server.quiesce/setQuiescePort"]

  @Test("a quiesce port that is not there is made, enabled and set")
  func newPort() async throws {
    let bench = try Bench(Self.list(#"{"port":5555,"portAlias":"d"}"#), .status(201, ""), .ok(), .ok())
    #expect(try await bench.client.ensureQuiescePort(port))
    #expect(await Self.verbs(bench) == ["GET \(Self.api)/ports", "POST \(Self.api)/ports"] + Self.enable)
  }

  @Test("one that is there is not made again, and enabled only where it is not")
  func knownPort() async throws {
    let known = #"{"port":"4444","portAlias":"Q","enabled":"true"}"#
    let bench = try Bench(Self.list(known), .ok())
    #expect(try await bench.client.ensureQuiescePort(port) == false)
    #expect(await Self.verbs(bench) == ["GET \(Self.api)/ports", Self.enable[1]])
    let disabled = try Bench(Self.list(#"{"port":4444,"portAlias":"Q","enabled":"false"}"#), .ok(), .ok())
    #expect(try await disabled.client.ensureQuiescePort(port) == false)
    #expect(await Self.verbs(disabled) == ["GET \(Self.api)/ports"] + Self.enable)
  }

  @Test("when the answer to making it is lost, the list of ports says whether it was made; it is not made twice")
  func lostPort() async throws {
    let bench = try Bench(Self.list(), .lost, Self.list(#"{"port":4444,"portAlias":"Q"}"#), .ok(), .ok())
    #expect(try await bench.client.ensureQuiescePort(port))
    let gone = try Bench(Self.list(), .late, Self.list())
    #expect(await Bench.failure { try await gone.client.ensureQuiescePort(port) }?.kind == .timeout)
  }

  @Test("a number or alias that is another port's is refused before anything is changed")
  func takenPort() async throws {
    let bench = try Bench(
      Self.list(#"{"port":4444,"portAlias":"Other"}"#), Self.list(#"{"port":4445,"portAlias":"Q"}"#))
    let number = await Bench.failure { try await bench.client.ensureQuiescePort(port) }
    #expect(number?.message == "create port 4444 on old-1: port 4444 is there, with alias Other")
    let alias = await Bench.failure { try await bench.client.ensureQuiescePort(port) }
    #expect(alias?.message == "create port 4444 on old-1: alias Q is that of port 4445 already")
    #expect(number?.kind == .refused && alias?.kind == .refused)
  }

  private static let hook = Webhook(url: "http://c/t/old-1", events: [])
  private static func shown(_ id: String, events: String = #""e""#, active: Bool = true) -> String {
    #"{"id":"\#(id)","config":{"url":"http://c/t/old-1","headers":{}},"events":[\#(events)],"active":\#(active)}"#
  }

  @Test("a webhook is made once: one that is there is kept, changed where it differs, and doubles are removed")
  func webhooks() async throws {
    let new = try Bench(.ok("[]"), .status(201, Self.shown("7")))
    #expect(try await new.client.ensureWebhook(Self.hook, events: [["e"]]).id == "7")
    let same = try Bench(.ok("[\(Self.shown("7")),\(Self.shown("8"))]"), .status(204, ""))
    #expect(try await same.client.ensureWebhook(Self.hook, events: [["e"]]).id == "7")
    #expect(await Self.verbs(same) == ["GET \(Self.api)/webhooks", "DELETE \(Self.api)/webhooks/8"])
    let other = try Bench(.ok("[\(Self.shown("7", active: false))]"), .ok())
    #expect(try await other.client.ensureWebhook(Self.hook, events: [["e"]]).isActive)
    #expect(await Self.verbs(other) == ["GET \(Self.api)/webhooks", "PUT \(Self.api)/webhooks/7"])
  }

  @Test("when the answer to making it is lost, the list says whether it was made")
  func lostWebhook() async throws {
    let made = try Bench(.ok("[]"), .lost, .ok("[\(Self.shown("7"))]"))
    #expect(try await made.client.ensureWebhook(Self.hook, events: [["e"]]).id == "7")
    let gone = try Bench(.ok("[]"), .lost, .ok("[]"))
    #expect(
      await Bench.failure { _ = try await gone.client.ensureWebhook(Self.hook, events: [["e"]]) }?.kind == .unreachable)
  }

  @Test("names of events that the gateway refuses are followed by the next ones; the last refusal is told")
  func names() async throws {
    let bench = try Bench(.ok("[]"), .status(400, ""), .ok("[]"), .status(201, Self.shown("7")))
    _ = try await bench.client.ensureWebhook(Self.hook, events: [["new"], ["e"]])
    #expect(await bench.http.requests.last?.contains(#""events":["e"]"#) == true)
    let refused = try Bench(.ok("[]"), .status(400, ""))
    #expect(
      await Bench.failure { _ = try await refused.client.ensureWebhook(Self.hook, events: [["e"]]) }?.kind == .refused)
  }

  @Test("a gateway that tells no id for a new webhook is asked for it")
  func missingID() async throws {
    let bench = try Bench(.status(201, ""), .ok("[\(Self.shown("9"))]"))
    #expect(try await bench.client.createWebhook(Self.hook).id == "9")
  }

  @Test("only the webhooks of one listener are removed")
  func removal() async throws {
    let theirs = #"{"id":"1","config":{"url":"http://other/"},"events":[]}"#
    let bench = try Bench(.ok("[\(theirs),\(Self.shown("2"))]"), .status(404, ""))
    #expect(try await bench.client.deleteWebhooks(withURLPrefix: "http://c/t/") == 1)
    #expect(await bench.http.requests.last == "DELETE \(Self.api)/webhooks/2")
  }
}
