import Clients
import Synchronization
import Testing
import Upgrade
import WebMethods
import WebhookListener

@Suite("The webhook listener")
struct WebhookListenerTests {
  private static let login = HTTPQuestion.Login(user: "gateways", password: Secret("päss:wörd"))

  /// A listener on a port of its own for the nodes `old-1` and `Ä b/c`, and what it reported.
  private final class Bench: Sendable {
    let listener: WebhookListener
    let address: WebhookAddress
    let client = HTTPRequestClient()
    private let reports: Reports

    private final class Reports: Sendable {
      let all = Mutex<[ReportedEvent]>([])
    }

    var reported: [ReportedEvent] { reports.all.withLock { $0 } }

    init(path: String = "", login: HTTPQuestion.Login? = nil, token: URLToken = URLToken()) async throws {
      let reports = Reports()
      listener = try await WebhookListener.start(
        host: "127.0.0.1", port: 0, token: token, nodes: ["old-1", "Ä b/c"], login: login
      ) { event in reports.all.withLock { $0.append(event) } }
      self.reports = reports
      address = WebhookAddress(base: "http://127.0.0.1:\(listener.port)\(path)", token: token)
    }

    func send(
      _ method: String = "POST", to url: String? = nil, _ body: String = "{}", login: HTTPQuestion.Login? = nil
    ) async throws -> Int {
      let question = HTTPQuestion(method, url ?? address.url(for: "old-1"), login: login, json: Array(body.utf8))
      return try await client.answer(to: question, trust: TLSTrust(), timeout: .seconds(20)).status
    }

    func end() async {
      await listener.stop()
      await client.shutdown()
    }
  }

  private func withBench(_ bench: Bench, _ body: (Bench) async throws -> Void) async throws {
    do {
      try await body(bench)
    } catch {
      await bench.end()
      throw error
    }
    await bench.end()
  }

  @Test("an event is reported with its node, whichever its form and spelling, and wakes who waits")
  func events() async throws {
    try await withBench(Bench()) { bench async throws in
      let seen = await bench.listener.events.count
      async let woken: Void = bench.listener.events.wait(beyond: seen, atMost: .seconds(60), by: ContinuousClock())
      #expect(try await bench.send("POST", #"{"event":"migration:transform:assets:competed"}"#) == 204)
      try await woken
      _ = try await bench.send(
        "PUT", to: bench.address.url(for: "Ä b/c") + "?a=b", #"{"a":[{"b":"migration:transform:assets:completed"}]}"#)
      _ = try await bench.send("POST", "event=migration:clean:datastore:completed&x=1")
      _ = try await bench.send("POST", "")
      #expect(
        bench.reported == [
          ReportedEvent(node: "old-1", event: .transformed), ReportedEvent(node: "Ä b/c", event: .transformed),
          ReportedEvent(node: "old-1", event: .cleaned), ReportedEvent(node: "old-1", event: nil),
        ])
      #expect(await bench.listener.events.count == seen + 4)
    }
  }

  @Test("anything but the exact path of a known node is not found, and reports nothing")
  func notFound() async throws {
    try await withBench(Bench()) { bench async throws in
      let (prefix, url) = (bench.address.prefix, bench.address.url(for: "old-1"))
      let base = "http://127.0.0.1:\(bench.listener.port)"
      for (method, url) in [
        ("GET", url), ("DELETE", url), ("POST", prefix), ("POST", prefix + "old-2"), ("POST", url + "/x"),
        ("POST", base), ("POST", "\(base)/\(String(repeating: "A", count: 43))/old-1"), ("POST", "\(base)//old-1"),
        ("POST", "\(base)/old-1"),
      ] {
        #expect(try await bench.send(method, to: url) == 404, "\(method) \(url)")
      }
      #expect(bench.reported.isEmpty)
      #expect(await bench.listener.events.count == 0)
    }
  }

  @Test("with a login nobody else is let in, and the path comes first")
  func login() async throws {
    try await withBench(Bench(path: "/behind/proxy", login: Self.login)) { bench async throws in
      #expect(try await bench.send(login: Self.login) == 204)
      #expect(try await bench.send() == 401)
      #expect(try await bench.send(login: .init(user: "gateways", password: Secret("other"))) == 401)
      #expect(try await bench.send(to: bench.address.prefix + "x") == 404)
      #expect(bench.reported.count == 1)
    }
  }

  @Test("a body of 64 KiB is read, a longer one is refused")
  func bodyLimit() async throws {
    try await withBench(Bench()) { bench async throws in
      #expect(try await bench.send("POST", String(repeating: " ", count: 64 * 1024)) == 204)
      // It may cut the connection before all is sent; what counts is that nothing is reported.
      let status = try? await bench.send("POST", String(repeating: " ", count: 64 * 1024 + 1))
      #expect(status == 413 || status == nil)
      #expect(bench.reported.count == 1)
      #expect(try await bench.send() == 204)
    }
  }

  @Test(
    "a port that is taken is said with what to do, and is free again behind the end; a resumed run has its URLs back")
  func taken() async throws {
    let bench = try await Bench()
    let port = bench.listener.port
    let url = bench.address.url(for: "old-1")
    try await withBench(bench) { bench async throws in
      #expect(
        await Self.failure("127.0.0.1", port)
          == Failure(
            .io, "listen for webhooks on 127.0.0.1:\(port): something listens there already",
            remedy: "end that ('ss -ltnp' shows it), or give another port in webhooks.listen"
          ).description)
    }
    let token = try #require(URLToken(bench.address.token.text.reveal()))
    let again = try await WebhookListener.start(host: "127.0.0.1", port: port, token: token, nodes: ["old-1"])
    let client = HTTPRequestClient()
    let answer = try? await client.answer(
      to: HTTPQuestion("POST", url, json: []), trust: TLSTrust(), timeout: .seconds(20))
    #expect(answer?.status == 204)
    await again.stop()
    await client.shutdown()
  }

  @Test(
    "an address that is not this host's is said so",
    arguments: [("192.0.2.1", "it is no address of this host"), ("no-such-host.invalid", "the name is not known here")])
  func noAddress(host: String, reason: String) async {
    #expect(await Self.failure(host, 0)?.hasPrefix("listen for webhooks on \(host):0: \(reason); give") == true)
  }

  @Test("two tokens differ, have 32 bytes, and show nowhere when they are printed")
  func tokens() throws {
    let (a, b) = (URLToken(), URLToken())
    #expect(a != b && a.text.reveal().utf8.count == 43)
    #expect(URLToken(a.text.reveal()) == a && a.matches(a.text.reveal()) && !a.matches(b.text.reveal()))
    #expect(!"\(a)".contains(a.text.reveal()))
    for wrong in ["", "abc", String(repeating: "+", count: 43), a.text.reveal() + "A"] {
      #expect(URLToken(wrong) == nil)
    }
  }

  private static func failure(_ host: String, _ port: Int) async -> String? {
    do {
      await (try WebhookListener.start(host: host, port: port, token: URLToken(), nodes: [])).stop()
      return nil
    } catch { return error.description }
  }
}
