import FoundationEssentials
import Synchronization
import Testing
import Upgrade

@testable import Lab

/// A listener that keeps what it is sent; the first `refused` calls are answered 500.
final class WebhookReceiver: Sendable {
  struct Call: Sendable {
    let path: String
    let event: String
    let status: String
    let authorization: String?
    let kind: String?
  }

  let url: String
  private let listener: HTTPListener
  private let seen: Seen

  final class Seen: Sendable {
    let calls = Mutex<[Call]>([])
    let refused: Mutex<Int>
    init(refused: Int) { self.refused = Mutex(refused) }

    func answer(_ call: HTTPCall) -> ServerAnswer {
      let isRefused = refused.withLock { left in
        defer { left -= 1 }
        return left > 0
      }
      if isRefused { return ServerAnswer(.internalServerError) }
      let fields = JSONText.fields(String(decoding: call.body, as: UTF8.self)) ?? [:]
      let entry = Call(
        path: call.path.joined(separator: "/"), event: fields["event"] as? String ?? "",
        status: fields["status"] as? String ?? "", authorization: call.headers[.authorization],
        kind: call.headers[.init("kind") ?? .accept])
      calls.withLock { $0.append(entry) }
      return ServerAnswer(.ok)
    }
  }

  init(refused: Int = 0) throws {
    let address = LoopbackPort.ownAddress()
    let port = try LoopbackPort.free(at: address)
    url = "http://\(address):\(port)"
    let seen = Seen(refused: refused)
    self.seen = seen
    listener = HTTPListener(address: address, port: port) { request in
      guard let call = await HTTPCall(request) else { return ServerAnswer(.badRequest) }
      return seen.answer(call)
    }
  }

  func start() async throws { try await listener.start() }
  func stop() async { await listener.stop(within: .seconds(1)) }
  var calls: [Call] { seen.calls.withLock { $0 } }
  var events: [String] { calls.map(\.event) }
}

extension OnStage {
  @Suite("the simulated gateway's webhooks") struct WebhookTests {
    private func withReceiver(refused: Int = 0, _ body: (WebhookReceiver) async throws -> Void) async throws {
      let receiver = try WebhookReceiver(refused: refused)
      try await receiver.start()
      do {
        try await body(receiver)
      } catch {
        await receiver.stop()
        throw error
      }
      await receiver.stop()
    }

    private func webhook(_ url: String, _ events: [String], active: String = #","active":true"#) -> String {
      """
      {"config":{"url":"\(url)","headers":{"kind":"core"},"username":"u","password":"p","truststoreAlias":null},
      "events":[\(events.map { "\"\($0)\"" }.joined(separator: ","))]\(active)}
      """
    }

    @Test("they are made, read, changed and deleted as documented, in the form of the version")
    func life() async throws {
      for version in [GatewayVersion.v10_15, .v11_0] {
        try await withStage {
          ($0.oldVersion, $0.newCount, $0.oldCount) = (version, 0, 2)
        } _: { lab in
          let admin = try lab.administration("Old-1")
          #expect(await admin.status("GET", "/webhooks") == 404)
          let body = webhook("http://127.0.0.1:9/x", ["apigateway:server:started"], active: "")
          let made = await admin.call("POST", "/webhooks", body)
          let fields = try #require(JSONText.fields(made.body))
          let id = try #require(fields["id"] as? String)
          #expect(made.status == 201 && fields["active"] as? Bool == false)
          let other = try lab.administration("Old-2")
          let read = await other.call("GET", "/webhooks/\(id)")
          #expect(read.status == 200 && read.body.hasPrefix(#"{"response":"#) == (version == .v10_15))
          #expect(await other.call("GET", "/webhooks").body.hasPrefix("[") == (version == .v11_0))
          let changed = webhook("http://127.0.0.1:9/y", ["migration:clean:datastore:completed"])
          #expect(await admin.status("PUT", "/webhooks/\(id)", changed) == 200)
          let after = await admin.call("GET", "/webhooks/\(id)").body
          #expect(after.contains("127.0.0.1:9/y") && after.contains(#""active":true"#))
          #expect(await admin.status("PUT", "/webhooks/none", changed) == 404)
          #expect(await admin.status("DELETE", "/webhooks/\(id)") == 204)
          #expect(await admin.status("DELETE", "/webhooks/\(id)") == 404)
          #expect(await admin.status("GET", "/webhooks/\(id)") == 404)
          #expect(await admin.status("POST", "/webhooks/\(id)", changed) == 405)
        }
      }
    }

    @Test("what is not understood is refused with 400")
    func badRequests() async throws {
      try await withStage {
        $0.newCount = 0
      } _: { lab in
        let admin = try lab.administration("Old-1")
        let started = ["apigateway:server:started"]
        for body in [
          "", "{}", webhook("ftp://x", started), webhook("http://x", []), webhook("http://x", ["other"]),
          webhook("http://x", ["migration:transform:assets:completed"]),
          webhook("http://x", started, active: #","active":"true""#),
        ] {
          #expect(await admin.status("POST", "/webhooks", body) == 400, "\(body)")
        }
      }
    }

    @Test(
      "the event names are those of the version",
      arguments: [
        (GatewayVersion.v10_7, "migration:reindex:runtime:completed"),
        (.v10_7, "migration:reindex:logsevents:completed"),
        (.v10_11, "migration:reindex:analyticsandlogs:completed"),
        (.v10_15, "migration:reindex:analyticsandlogs:completed"), (.v11_0, "migration:reindex:logsevents:completed"),
      ])
    func names(version: GatewayVersion, logs: String) async throws {
      #expect(GatewayEvent.knownNames(in: version).contains(logs))
      #expect(GatewayEvent.logsReindexed.names(in: version).contains(logs))
      #expect(GatewayEvent.assetsTransformed.names(in: version) == ["migration:transform:assets:competed"])
      #expect(!GatewayEvent.knownNames(in: .v10_11).contains("migration:reindex:runtime:completed"))
    }

    @Test("active ones are told of all that has ended, with their headers and password; others of nothing")
    func events() async throws {
      try await withReceiver { receiver in
        try await withStage { lab in
          let (old, new) = (try lab.administration("Old-1"), try lab.administration("New-1"))
          let names = GatewayEvent.knownNames(in: .v11_0).sorted()
          for admin in [old, new] {
            let body = webhook("\(receiver.url)/\(admin.node.name)", names)
            #expect(await admin.status("POST", "/webhooks", body) == 201)
            #expect(await admin.status("POST", "/webhooks", webhook("\(receiver.url)/no", names, active: "")) == 201)
          }
          await new.migrate("clean")
          await new.migrate("reindex", new.reindex("core"))
          await new.migrate("transform")
          await new.migrate("reindex", new.reindex("analyticsandlogs"))
          try lab.setFault("New-1:clean:fail")
          await new.migrate("clean")
          #expect(await new.status("POST", "/shutdown", #"{"bounce":true,"option":"drain"}"#) == 200)
          await old.makeQuiescePort()
          #expect(await old.status("PUT", "/quiescemode", #"{"enable":true,"block":"designtime"}"#) == 200)
          #expect(await eventually { receiver.events.contains("migration:quiesce:designtime:completed") })
          #expect(await old.status("PUT", "/quiescemode", #"{"enable":true,"block":"all"}"#) == 200)
          #expect(await eventually { receiver.calls.count == 8 }, "\(receiver.events)")
          let ofNew = receiver.calls.filter { $0.path == "New-1" }
          #expect(
            Set(ofNew.map { "\($0.event) \($0.status)" }) == [
              "migration:clean:datastore:completed success", "migration:reindex:core:completed success",
              "migration:transform:assets:competed success", "migration:reindex:analyticsandlogs:completed success",
              "migration:clean:datastore:completed failure", "apigateway:server:started success",
            ])
          #expect(
            receiver.calls.allSatisfy { $0.authorization == "Basic dTpw" && $0.kind == "core" && $0.path != "no" })
          #expect(receiver.calls.filter { $0.path == "Old-1" }.count == 2)
        }
      }
    }

    @Test("one that is not answered well is sent again a few times; with the fault 'drop' it is not sent at all")
    func retries() async throws {
      try await withReceiver(refused: 2) { receiver in
        try await withStage { lab in
          let admin = try lab.administration("New-1")
          let body = webhook(receiver.url, ["migration:clean:datastore:completed"])
          #expect(await admin.status("POST", "/webhooks", body) == 201)
          await admin.migrate("clean")
          #expect(await eventually { receiver.calls.count == 1 })
          try lab.setFault("New-1:delivery:drop")
          await admin.migrate("clean")
          lab.clearFaults()
          await admin.migrate("clean")
          #expect(await eventually { receiver.calls.count == 2 })
        }
      }
    }
  }
}
