import FoundationEssentials
import Testing
import Upgrade

@testable import Lab

extension OnStage {
  @Suite("the simulated gateway's quiesce mode") struct QuiesceTests {
    private static let designtime = #"{"enable":true,"block":"designtime"}"#
    private static let all = #"{"enable":true,"block":"all"}"#
    private static let off = #"{"enable":false,"block":"designtime"}"#

    @Test(
      "for design time it refuses all but what is documented with 503, and serves traffic as before",
      arguments: [GatewayVersion.v10_7, .v11_0])
    func designtime(version: GatewayVersion) async throws {
      try await withStage {
        ($0.oldVersion, $0.newCount) = (version, 0)
        $0.faults = ["Old-1:quiesce-designtime:hang"]
      } _: { lab in
        let admin = try lab.administration("Old-1")
        let api = #"{"apiName":"made","apiVersion":"1"}"#
        #expect(await admin.status("POST", "/apis", api) == 201)
        #expect(await Answer.get("\(admin.server)/gateway/made/1").status == 200)
        #expect(await admin.status("PUT", "/quiescemode", Self.designtime) == 200)
        #expect(await admin.field("status", of: "/quiescemode") == version.pendingStatus)
        #expect(await admin.call("GET", "/quiescemode").body.contains("null") == (version == .v10_7))
        lab.clearFaults()
        #expect(await eventually { await admin.field("status", of: "/quiescemode") == "success" })
        #expect(await admin.status("PUT", "/quiescemode", Self.designtime) == 409)
        for (method, path) in [
          ("POST", "/apis"), ("POST", "/ports"), ("PUT", "/ports/enable"), ("POST", "/webhooks"),
          ("DELETE", "/webhooks/x"), ("POST", "/migration"), ("POST", "/shutdown"), ("DELETE", "/ports"),
        ] {
          #expect(await admin.status(method, path, "{}") == 503, "\(method) \(path)")
        }
        for path in ["/apis", "/ports", "/health", "/health/all", "/search"] {
          #expect(await admin.status("GET", path) == 200, "\(path)")
        }
        #expect(await admin.status("POST", "/search", "{}") == 200)
        let facade = "\(admin.server)/rest/facade/apigateway/searchApis"
        #expect(await Answer.post(facade, "{}").status == 200)
        #expect(await Answer.get(lab.api(at: lab.balancerURL)).status == 200)
        #expect(await admin.status("PUT", "/quiescemode", Self.off) == 200)
        #expect(await admin.status("PUT", "/quiescemode", Self.off) == 409)
        #expect(await admin.status("POST", "/apis", #"{"apiName":"made","apiVersion":"2"}"#) == 201)
      }
    }

    @Test("what is not understood is refused with 400; all without a usable quiesce port with 500")
    func refusals() async throws {
      try await withStage {
        $0.newCount = 0
      } _: { lab in
        let admin = try lab.administration("Old-1")
        for body in [
          "", "{", "{}", #"{"enable":true}"#, #"{"enable":"true","block":"designtime"}"#,
          #"{"enable":true,"block":"runtime"}"#, #"{"enable":false,"block":"all"}"#,
          #"{"enable":true,"block":"all","flush":["everything"]}"#, #"{"enable":true,"block":"all","flush":"x"}"#,
        ] {
          #expect(await admin.status("PUT", "/quiescemode", body) == 400, "\(body)")
        }
        #expect(await admin.status("PUT", "/quiescemode", Self.all) == 500)
        let unknown = #"{"portAlias":"QuiescePort"}"#
        #expect(await admin.status("PUT", "/invoke/wm.server.quiesce/setQuiescePort", unknown) == 500)
        let port = admin.node.quiescePort
        let create = """
          {"factoryKey":"webMethods/HTTP","pkg":"WmRoot","port":\(port),"portAlias":"QuiescePort"}
          """
        #expect(await admin.status("POST", "/ports", create) == 201)
        #expect(await admin.status("PUT", "/invoke/wm.server.quiesce/setQuiescePort", unknown) == 200)
        #expect(await admin.status("PUT", "/quiescemode", Self.all) == 500)
        #expect(await admin.field("status", of: "/quiescemode") == nil)
        #expect(await Answer.get(lab.api(at: admin.server)).status == 200)
      }
    }

    @Test("ports are made, enabled, shown and removed as documented, and outlive a restart")
    func ports() async throws {
      try await withStage {
        $0.newCount = 0
      } _: { lab in
        let admin = try lab.administration("Old-1")
        let key = "HTTPListener@\(admin.node.quiescePort)"
        func body(_ port: String, factory: String = "webMethods/HTTP", alias: String = "QuiescePort") -> String {
          #"{"factoryKey":"\#(factory)","pkg":"WmRoot","port":\#(port),"portAlias":"\#(alias)"}"#
        }
        for wrong in [
          body("0"), body(#""x""#), body("65536"), body("4444", factory: "x"), body("4444", alias: ""), "{}", "",
          #"{"factoryKey":"webMethods/HTTP","pkg":"Other","port":4444,"portAlias":"a"}"#,
        ] {
          #expect(await admin.status("POST", "/ports", wrong) == 400, "\(wrong)")
        }
        let enable = #"{"listenerKey":"\#(key)","pkg":"WmRoot"}"#
        #expect(await admin.status("PUT", "/ports/enable", enable) == 400)
        #expect(await admin.status("GET", "/ports/\(key)") == 404)
        await admin.makeQuiescePort()
        #expect(await admin.status("POST", "/ports", body("\(admin.node.quiescePort)", alias: "b")) == 400)
        #expect(await admin.call("GET", "/ports/\(key)").body.contains(#""enabled":"true""#))
        #expect(await admin.throughQuiescePort.status("GET", "/health") == 200)
        #expect(await Answer.get(lab.api(at: admin.node.quiesceURL)).status == 404)
        try await lab.stop("Old-1")
        try await lab.start("Old-1")
        #expect(await admin.throughQuiescePort.status("GET", "/health") == 200)
        #expect(await admin.status("DELETE", "/ports?listenerKey=\(key)&pkg=WmRoot") == 200)
        #expect(await eventually { await admin.throughQuiescePort.status("GET", "/health") == nil })
        #expect(await admin.status("DELETE", "/ports?listenerKey=\(key)") == 400)
        #expect(await admin.status("DELETE", "/ports?listenerKey=HTTPListener@\(admin.node.port)") == 400)
      }
    }

    @Test(
      "for all it ends in silence but on the quiesce port, and under traffic no transaction is lost or counted twice")
    func all() async throws {
      try await withStage {
        $0.oldCount = 2
      } _: { lab in
        let first = try lab.administration("Old-1")
        await first.makeQuiescePort()
        let quiesce = first.throughQuiescePort
        let traffic = TrafficClient(url: lab.api(at: lab.balancerURL), rate: 100)
        await traffic.begin()
        #expect(await eventually { await traffic.report.answers["10.15 Old-1", default: 0] > 50 })
        async let slow = Answer.get(lab.api(at: first.server) + "?ms=700")
        #expect(await eventually { await traffic.report.total > 150 })
        try lab.setFault("Old-1:quiesce-all:hang")
        #expect(await quiesce.status("PUT", "/quiescemode", Self.all) == 200)
        #expect(await quiesce.status("PUT", "/quiescemode", Self.all) == 409)
        #expect(await quiesce.status("PUT", "/quiescemode", Self.designtime) == 409)
        #expect(await slow.status == 200)
        #expect(await eventually { await first.status("GET", "/health") == nil })
        #expect(await quiesce.status("GET", "/health") == 200)
        lab.clearFaults()
        #expect(await eventually { await quiesce.status("GET", "/health") == 503 })
        #expect(await quiesce.status("POST", "/shutdown", #"{"option":"drain"}"#) == 503)
        let before = await traffic.report.total
        #expect(await eventually { await traffic.report.total > before + 100 })
        let report = await traffic.stop()
        #expect(report.failed == 0, "\(report.failures.prefix(3))")
        let old1 = report.answers["10.15 Old-1", default: 0] + 1
        let account = try await lab.account()
        #expect(account.transactions["Old-1"] == old1 && account.flushed["Old-1"] == old1, "\(account.text)")
        #expect(account.duplicated == 0)
        let shutdown = #"{"bounce":"no","option":"drain","timeout":1}"#
        #expect(await quiesce.status("POST", "/invoke/wm.server.admin/shutdown", shutdown) == 200)
        #expect(await eventually { await quiesce.status("GET", "/health") == nil })
        #expect(await eventually { (try? lab.isServing("Old-1")) == false })
        try await lab.stop("Old-2")
        let after = try await lab.account()
        #expect(after.total == report.total + 1, "\(after.text)")
        try await lab.start("Old-1")
        #expect(await first.status("PUT", "/quiescemode", Self.designtime) == 200)
        #expect(await Answer.get(lab.api(at: first.server)).status == 200)
      }
    }

    @Test("quiescing that fails says why, blocks nothing more than before, and can be begun again")
    func failures() async throws {
      try await withStage {
        $0.newCount = 0
        $0.faults = ["Old-1:quiesce-designtime:fail:no", "Old-1:quiesce-all:fail:cannot flush"]
      } _: { lab in
        let admin = try lab.administration("Old-1")
        await admin.makeQuiescePort()
        #expect(await admin.status("PUT", "/quiescemode", Self.designtime) == 200)
        #expect(await eventually { await admin.field("status", of: "/quiescemode") == "failure" })
        #expect(await admin.field("failureReason", of: "/quiescemode") == "no")
        #expect(await admin.status("POST", "/apis", #"{"apiName":"a","apiVersion":"1"}"#) == 201)
        lab.clearFaults()
        #expect(await admin.status("PUT", "/quiescemode", Self.designtime) == 200)
        #expect(await eventually { await admin.field("status", of: "/quiescemode") == "success" })
        try lab.setFault("Old-1:quiesce-all:fail:cannot flush")
        #expect(await admin.status("PUT", "/quiescemode", Self.all) == 200)
        #expect(await eventually { await admin.field("failureReason", of: "/quiescemode") == "cannot flush" })
        #expect(await admin.status("POST", "/apis", #"{"apiName":"a","apiVersion":"2"}"#) == 503)
        #expect(await Answer.get(lab.api(at: admin.server)).status == 200)
        #expect(await admin.status("PUT", "/quiescemode", Self.off) == 200)
      }
    }
  }
}
