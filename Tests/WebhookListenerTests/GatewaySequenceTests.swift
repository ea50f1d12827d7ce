import Clients
import FoundationEssentials
import Lab
import Synchronization
import Testing
import Upgrade
import WebMethods
import WebhookListener

/// The client and the listener against simulated gateways that are processes of their own.
@Suite("The client against gateways", .serialized)
struct GatewaySequenceTests {
  private static let zdulab: String = {
    let test = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    return test.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/zdulab"
  }()

  /// One old and one new gateway, clients for them, and a listener that both can call.
  private struct Stage: Sendable {
    let lab: BlueGreenLab
    let http: HTTPRequestClient
    let listener: WebhookListener
    let address: WebhookAddress
    let old: GatewayClient
    let new: GatewayClient
    let versions: (old: WebMethods.GatewayVersion?, new: WebMethods.GatewayVersion?)

    var port: QuiescePort { QuiescePort(number: lab.description.old[0].quiescePort) }

    /// Waits for `look`, which only an event can make look again: there is no poll.
    func wait<T>(_ look: () async throws -> T?) async throws -> T {
      try #require(
        try await EventPolling.value(
          within: .seconds(30), every: .seconds(60), wokenBy: listener.events, by: ContinuousClock(), look))
    }

    func end(of action: WebMethods.MigrationAction) async throws -> ActionProgress {
      try await wait {
        guard case .begun(let progress) = try await new.migrationStatus(of: action), !progress.isUnderWay else {
          return nil
        }
        return progress
      }
    }

    /// Waits for `look` by polling, as where no event can come.
    func poll<T>(_ look: () async throws -> T?) async throws -> T {
      try #require(
        try await EventPolling.value(
          within: .seconds(30), every: .milliseconds(50), wokenBy: NoWebhookEvents(), by: ContinuousClock(), look))
    }
  }

  private static func withStage(
    _ old: LabVersion, _ new: LabVersion, areVersionsKnown: Bool,
    _ body: (Stage) async throws -> Void
  ) async throws {
    var options = BlueGreenOptions(program: zdulab)
    (options.oldCount, options.newCount, options.documents, options.bounceDelay) = (1, 1, 100, 50)
    (options.oldVersion, options.newVersion) = (old, new)
    let lab = try await BlueGreenLab.up(options)
    let http = HTTPRequestClient()
    let token = URLToken()
    let login = HTTPQuestion.Login(user: "gateways", password: Secret("hook"))
    let listener = try await WebhookListener.start(
      host: "127.0.0.1", port: 0, token: token, nodes: ["old", "new"], login: login)
    do {
      let password = try secret(lab.passwordFile)
      func client(_ node: BlueGreenNode) throws -> GatewayClient {
        GatewayClient(
          name: node.name, url: try #require(GatewayURL(node.url)),
          login: .init(user: lab.description.username, password: password), http: http)
      }
      let versions =
        areVersionsKnown
        ? (WebMethods.GatewayVersion(old.rawValue), WebMethods.GatewayVersion(new.rawValue)) : (nil, nil)
      try await body(
        Stage(
          lab: lab, http: http, listener: listener,
          address: WebhookAddress(base: "http://127.0.0.1:\(listener.port)", token: token),
          old: client(lab.description.old[0]), new: client(lab.description.new[0]), versions: versions))
    } catch {
      await end(lab, http, listener)
      throw error
    }
    await end(lab, http, listener)
    #expect(lab.processes.isEmpty)
  }

  private static func end(_ lab: BlueGreenLab, _ http: HTTPRequestClient, _ listener: WebhookListener) async {
    await listener.stop()
    await http.shutdown()
    await lab.down()
  }

  private static func secret(_ file: String) throws -> Secret {
    let text = try #require(FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) })
    return Secret(text.split(separator: "\n").first.map(String.init) ?? "")
  }

  @Test(
    "a whole upgrade by hand, where each end is seen because an event woke the look",
    arguments: [
      (LabVersion.v10_7, LabVersion.v10_11, true), (.v10_15, .v11_0, true), (.v10_7, .v10_7, false),
      (.v10_11, .v10_15, false),
    ])
  func sequence(old: LabVersion, new: LabVersion, areVersionsKnown: Bool) async throws {
    try await Self.withStage(old, new, areVersionsKnown: areVersionsKnown) { stage in
      #expect(try await stage.old.offersUpgrade())
      try await prepare(stage)
      #expect(try await stage.new.startClean() == .started)
      #expect(try await stage.end(of: .clean) == .success)
      #expect(try await stage.old.quiesceDesigntime() == .accepted)
      _ = try await stage.wait { try await stage.old.quiesceState().isDesigntimeBlocked ? true : nil }
      #expect(try await stage.old.quiesceDesigntime() == .alreadySo)
      let source = ReindexSource(
        url: stage.lab.sourceURL,
        login: .init(
          user: stage.lab.description.datastoreUsername, password: try Self.secret(stage.lab.datastorePasswordFile)))
      let properties = [MigrationSettings.tenantKey: "default", "apigateway.migration.batchSize": "50"]
      func reindex(_ data: ReindexedData) async throws -> MigrationStart {
        try await stage.new.startReindex(data, from: source, version: stage.versions.new, properties: properties)
      }
      #expect(try await reindex(.core) == .started)
      #expect(try await stage.end(of: .reindex) == .success)
      #expect(try await stage.new.startTransform() == .started)
      #expect(try await stage.end(of: .transform) == .success)
      try await restart(stage)
      try await quiesceAll(stage)
      #expect(try await reindex(.logsAndEvents) == .started)
      #expect(try await stage.end(of: .reindex) == .success)
      #expect(try await stage.new.deleteWebhooks(withURLPrefix: stage.address.prefix) == 1)
      #expect(try await stage.new.webhooks().isEmpty)
      let account = try await stage.lab.account()
      #expect(account.missingCore == 0 && account.missingLogs == 0)
    }
  }

  /// The quiesce port and the webhooks, each made twice without harm.
  private func prepare(_ stage: Stage) async throws {
    #expect(try await stage.old.ensureQuiescePort(stage.port))
    #expect(try await stage.old.ensureQuiescePort(stage.port) == false)
    let login = HTTPQuestion.Login(user: "gateways", password: Secret("hook"))
    for (side, client, version, events) in [
      ("old", stage.old, stage.versions.old, WebMethods.GatewayEvent.ofOldSide),
      ("new", stage.new, stage.versions.new, WebMethods.GatewayEvent.ofNewSide),
    ] {
      let hook = Webhook(url: stage.address.url(for: side), login: login, events: [])
      let names = WebMethods.GatewayEvent.names(of: events, for: version)
      let made = try await client.ensureWebhook(hook, events: names)
      #expect(try await client.ensureWebhook(hook, events: names).id == made.id)
      let found = try await client.webhook(try #require(made.id))
      #expect(found?.isActive == true && found?.login?.user == "gateways")
      #expect(try await client.webhooks().count == 1)
    }
    #expect(try await stage.new.webhook("none/ of ours") == nil)
  }

  private func restart(_ stage: Stage) async throws {
    // One that goes down at once may not get its answer out any more; it went down all the same.
    _ = try await stage.new.shutDown(.force, isRestarted: true)
    _ = try await stage.poll { try await stage.new.health().isAnswered ? nil : true }
    _ = try await stage.poll { try await stage.new.health(.engine).isServing ? true : nil }
    let all = try await stage.new.health(.all)
    #expect(all == .answered(.green))
  }

  private func quiesceAll(_ stage: Stage) async throws {
    let through = stage.old.throughPort(stage.port.number)
    #expect(try await through.health().isAnswered)
    #expect(try await stage.old.quiesceAll() == .accepted)
    _ = try await stage.poll { try await through.health().isAnswered ? nil : true }
    #expect(try await stage.old.health().isAnswered == false)
  }

  @Test("what a gateway refuses is a failure with its reason: wrong password, no quiesce port, an action that fails")
  func refusals() async throws {
    try await Self.withStage(.v10_15, .v11_0, areVersionsKnown: true) { stage in
      let stranger = GatewayClient(
        name: "Old-1", url: stage.old.url, login: .init(user: "Administrator", password: Secret("wrong")),
        http: stage.http)
      let denied = await #expect(throws: Failure.self) { try await stranger.quiesceState() }
      #expect(denied?.kind == .authentication)
      #expect(denied?.message == "ask for the quiesce mode on Old-1: HTTP 401: Access denied.")
      let portless = await #expect(throws: Failure.self) { try await stage.old.quiesceAll() }
      #expect(portless?.message.hasPrefix("quiesce all on Old-1: HTTP 500: A valid quiesce port") == true)
      try stage.lab.setFault("New-1:clean:fail:no space left")
      #expect(try await stage.new.migrationStatus(of: .clean) == .neverRun)
      #expect(try await stage.new.startClean() == .started)
      let progress =
        try await stage.poll {
          guard case .begun(let progress) = try await stage.new.migrationStatus(of: .clean) else { return nil }
          return progress.isUnderWay ? nil : progress
        } as ActionProgress
      #expect(progress == .failure(reason: "no space left"))
      stage.lab.clearFaults()
      try stage.lab.setFault("New-1:clean:hang")
      #expect(try await stage.new.startClean() == .started)
      #expect(try await stage.new.startClean() == .alreadyRunning)
      #expect(try await stage.new.migrationStatus(of: .clean) == .begun(.underWay(said: "in progress")))
      #expect(try await stage.old.quiesceDesigntime() == .accepted)
      let hook = Webhook(url: "http://127.0.0.1:1/x", events: ["apigateway:server:started"])
      let quiesced = await #expect(throws: Failure.self) { try await stage.old.createWebhook(hook) }
      #expect(quiesced?.kind == .gateway && quiesced?.message.contains("HTTP 503") == true)
      #expect(try await stage.old.endDesigntimeQuiesce() == .accepted)
      #expect(try await stage.old.createWebhook(hook).id != nil)
    }
  }
}
