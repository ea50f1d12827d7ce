import Foundation
import Testing
import TestDoubles
import Upgrade
import WebMethods

@Suite("What the client sends")
struct RequestTests {
  typealias Operation = @Sendable (GatewayClient) async throws -> Void

  /// One operation, what it sends, and the answer it gets.
  struct Case: Sendable, CustomTestStringConvertible {
    let request: String
    /// The schema of the body in the vendor's OpenAPI; nil where there is none.
    var definition: String?
    var reply = "{}"
    let operation: Operation
    var testDescription: String { request }
  }

  private static let port = QuiescePort(number: 4444)
  private static let hook = Webhook(
    url: "https://control:8443/t/old-1", headers: ["X-A": "1"], login: .init(user: "u", password: Secret("w")),
    truststoreAlias: "ts", events: ["apigateway:server:started"])
  private static let hookBody =
    #"{"active":true,"config":{"headers":{"X-A":"1"},"password":"w","truststoreAlias":"ts","url":"https://control:8443/t/old-1","username":"u"},"events":["apigateway:server:started"]}"#
  private static let hookReply = #"{"response":{"id":"i/ d","config":{"url":"u"},"events":[]}}"#
  private static let source = ReindexSource(
    url: "http://old-es:9240", login: .init(user: "es", password: Secret("espass")))
  private static let api = "/rest/apigateway"

  static let cases: [Case] = [
    Case(
      request: #"PUT \#(api)/quiescemode {"block":"designtime","enable":true}"#, definition: "QuiesceMode"
    ) { _ = try await $0.quiesceDesigntime() },
    Case(
      request: #"PUT \#(api)/quiescemode {"block":"designtime","enable":false}"#, definition: "QuiesceMode"
    ) { _ = try await $0.endDesigntimeQuiesce() },
    Case(
      request:
        #"PUT \#(api)/quiescemode {"block":"all","enable":true,"flush":["license_metrics","performance_metrics","subscription_quota"]}"#,
      definition: "QuiesceMode"
    ) { _ = try await $0.quiesceAll() },
    Case(
      request: #"PUT \#(api)/quiescemode {"block":"all","enable":true,"flush":["subscription_quota"]}"#,
      definition: "QuiesceMode"
    ) { _ = try await $0.quiesceAll(flushing: [.quota]) },
    Case(request: "GET \(api)/quiescemode", reply: #"{"enable":false}"#) { _ = try await $0.quiesceState() },
    Case(request: "GET \(api)/quiescemode") { _ = try await $0.offersUpgrade() },
    Case(
      request:
        #"POST \#(api)/ports {"factoryKey":"webMethods/HTTP","pkg":"WmRoot","port":"4444","portAlias":"QuiescePort"}"#,
      definition: "Port"
    ) { try await $0.createPort(port) },
    Case(
      request:
        #"PUT \#(api)/ports/enable {"listenerKey":"HTTPListener@4444","pkg":"WmRoot","requestServiceStatus":""}"#,
      definition: "PortReference"
    ) { try await $0.enablePort(port) },
    Case(request: #"PUT /invoke/wm.server.quiesce/setQuiescePort {"portAlias":"QuiescePort"}"#) {
      try await $0.setQuiescePort(port)
    },
    Case(request: "GET \(api)/ports", reply: #"{"listeners":[]}"#) { _ = try await $0.ports() },
    Case(request: #"POST \#(api)/migration {"action":"clean"}"#, definition: "MigrationConfig") {
      _ = try await $0.startClean()
    },
    Case(request: #"POST \#(api)/migration {"action":"clean","backup":false}"#, definition: "MigrationConfig") {
      _ = try await $0.startClean(backup: false)
    },
    Case(
      request:
        #"POST \#(api)/migration {"action":"reindex","indicesType":"core","properties":{"apigateway.migration.batchSize":"100","apigateway.migration.srcTenantName":"default"},"sourceElasticsearch":{"password":"espass","url":"http://old-es:9240","username":"es"}}"#,
      definition: "MigrationConfig"
    ) {
      _ = try await $0.startReindex(
        .core, from: source, version: .v10_15,
        properties: ["apigateway.migration.srcTenantName": "default", "apigateway.migration.batchSize": "100"])
    },
    Case(
      request:
        #"POST \#(api)/migration {"action":"reindex","indicesType":"analyticsandlogs","sourceElasticsearch":{"url":"http://e:1"}}"#,
      definition: "MigrationConfig"
    ) {
      _ = try await $0.startReindex(.logsAndEvents, from: ReindexSource(url: "http://e:1"), version: .v10_11)
    },
    Case(request: #"POST \#(api)/migration {"action":"transform"}"#, definition: "MigrationConfig") {
      _ = try await $0.startTransform()
    },
    Case(request: "GET \(api)/migration/status?action=clean") { _ = try await $0.migrationStatus(of: .clean) },
    Case(request: "GET \(api)/migration/status?action=reindex") { _ = try await $0.migrationStatus(of: .reindex) },
    Case(request: "GET \(api)/migration/status?action=transform") { _ = try await $0.migrationStatus(of: .transform) },
    Case(request: "POST \(api)/webhooks \(hookBody)", definition: "Webhook", reply: hookReply) {
      _ = try await $0.createWebhook(hook)
    },
    Case(request: "PUT \(api)/webhooks/i%2F%20d%3F \(hookBody)", definition: "Webhook") {
      var known = hook
      known.id = "i/ d?"
      _ = try await $0.updateWebhook(known)
    },
    Case(
      request:
        #"POST \#(api)/webhooks {"active":false,"config":{"url":"http://c/t"},"events":["apigateway:server:started"]}"#,
      definition: "Webhook", reply: hookReply
    ) {
      _ = try await $0.createWebhook(
        Webhook(url: "http://c/t", events: ["apigateway:server:started"], isActive: false))
    },
    Case(request: "GET \(api)/webhooks", reply: "[]") { _ = try await $0.webhooks() },
    Case(request: "GET \(api)/webhooks/..%2F%C3%A4", reply: hookReply) { _ = try await $0.webhook("../ä") },
    Case(request: "DELETE \(api)/webhooks/a%3Fb%23c%25") { try await $0.deleteWebhook("a?b#c%") },
    Case(
      request: #"POST \#(api)/shutdown {"bounce":true,"option":"force","quiesce":false}"#, definition: "Shutdown"
    ) { _ = try await $0.shutDown(.force, isRestarted: true) },
    Case(
      request: #"POST \#(api)/shutdown {"bounce":false,"option":"drain","quiesce":true,"timeout":10}"#,
      definition: "Shutdown"
    ) { _ = try await $0.shutDown(.drain(minutes: 10), isRestarted: false, isFlushed: true) },
    Case(request: "GET \(api)/health") { _ = try await $0.health() },
    Case(request: "GET \(api)/health/engine") { _ = try await $0.health(.engine) },
    Case(request: "GET \(api)/health/all") { _ = try await $0.health(.all) },
  ]

  @Test("each operation is one exact request, with login, trust and the wish for JSON", arguments: cases)
  func request(_ example: Case) async throws {
    let bench = try Bench(.ok(example.reply))
    try await example.operation(bench.client)
    #expect(await bench.http.requests == [example.request])
    let question = try #require(await bench.http.questions.first)
    #expect(question.login == .init(user: "Administrator", password: Secret(Bench.password)))
    #expect(question.headers == ["Accept": "application/json"])
    #expect(await bench.http.trusts == [TLSTrust(caFile: "/ca.pem")])
  }

  @Test("the quiesce port is asked over plain HTTP on the same host")
  func quiescePort() async throws {
    let bench = try Bench(.ok())
    _ = try await bench.client.throughPort(4444).health()
    #expect(await bench.http.requests == ["GET http://gw.example:4444/rest/apigateway/health"])
  }

  private static let vendorFile: String = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    return "\(root)/../shared/vendor/webmethods-admin-api-11.0.json"
  }()

  @Test(
    "each body is as the vendor's OpenAPI has it",
    .enabled(
      if: FileManager.default.fileExists(atPath: vendorFile), "the vendor's OpenAPI file is not beside this project"),
    arguments: cases.filter { $0.definition != nil })
  func vendorSchema(_ example: Case) throws {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: Self.vendorFile))
    let check = SchemaCheck(root: try JSONDecoder().decode(Setting.self, from: bytes))
    let definition = try #require(example.definition)
    let text = try #require(example.request.split(separator: " ", maxSplits: 2).last)
    let body = try JSONDecoder().decode(Setting.self, from: Data(text.utf8))
    var problems = check.problems(body, at: "#/definitions/\(definition)")
    // The schema has a whole number here; the vendor's text, which is what operators have run, a text.
    if definition == "Port" { problems.removeAll { $0 == ".port: is no integer" } }
    #expect(problems == [])
    #expect(check.problems(.object(["enable": .string("true")]), at: "#/definitions/QuiesceMode").count == 2)
  }
}
