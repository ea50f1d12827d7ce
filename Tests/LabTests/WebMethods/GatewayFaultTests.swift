import FoundationEssentials
import Testing
import Upgrade

@testable import Lab

extension OnStage {
  @Suite("the simulated gateway's faults") struct GatewayFaultTests {
    @Test("every call can be answered 500, for one method or for all, and again as usual when the fault is gone")
    func errors() async throws {
      try await withStage {
        $0.newCount = 0
      } _: { lab in
        let admin = try lab.administration("Old-1")
        for (fault, path) in [
          ("quiescemode:error", "/quiescemode"), ("ports:error:GET", "/ports"), ("health:error", "/health"),
          ("webhooks:error", "/webhooks"), ("migration:error", "/migration/status?action=clean"),
        ] {
          let before = await admin.status("GET", path)
          try lab.setFault("Old-1:\(fault)")
          #expect(await admin.status("GET", path) == 500, "\(path)")
          lab.clearFaults()
          #expect(await admin.status("GET", path) == before && before != 500)
        }
        try lab.setFault("Old-1:quiescemode:error:PUT")
        #expect(await admin.status("GET", "/quiescemode") == 200)
        #expect(await admin.status("PUT", "/quiescemode", "{}") == 500)
        try lab.setFault("Old-1:traffic:error")
        #expect(await Answer.get(lab.api(at: admin.server)).status == 500)
        try lab.setFault("Old-1:health:red")
        #expect(await admin.field("status", of: "/health") == "red")
        #expect(await admin.field("status", of: "/health/engine") == "red")
      }
    }

    @Test("actions can be refused with 500, fail, take longer, or hang until the fault is taken away")
    func actions() async throws {
      try await withStage { lab in
        let admin = try lab.administration("New-1")
        try lab.setFault("New-1:clean:error")
        #expect(await admin.status("POST", "/migration", #"{"action":"clean"}"#) == 500)
        #expect(await admin.status("GET", "/migration/status?action=clean") == 404)
        try lab.setFault("New-1:clean:fail")
        #expect(await admin.migrate("clean")?.contains("fault 'clean'") == true)
        #expect(try await lab.account().new.core > 0)
        try lab.setFault("New-1:clean:slow:0.5")
        let start = ContinuousClock.now
        #expect(await admin.migrate("clean") == nil)
        #expect(ContinuousClock.now - start > .milliseconds(450))
        #expect(await admin.migrate("reindex", admin.reindex("core")) == nil)
        try lab.setFault("New-1:transform:hang")
        #expect(await admin.status("POST", "/migration", #"{"action":"transform"}"#) == 202)
        #expect(await admin.status("POST", "/migration", #"{"action":"transform"}"#) == 409)
        #expect(try await lab.account().transformed == 0)
        lab.clearFaults()
        #expect(await admin.end(of: "transform") == nil)
      }
    }

    @Test("a shutdown can be promised and not happen, also of the Integration Server's service")
    func silence() async throws {
      try await withStage {
        $0.newCount = 0
      } _: { lab in
        let admin = try lab.administration("Old-1")
        try lab.setFault("Old-1:shutdown:fail")
        #expect(await admin.status("POST", "/shutdown", #"{"option":"force"}"#) == 200)
        let service = "/invoke/wm.server.admin/shutdown"
        #expect(await admin.status("POST", service, #"{"option":"force"}"#) == 200)
        try lab.setFault("Old-1:shutdown:error")
        #expect(await admin.status("POST", service, #"{"option":"force"}"#) == 500)
        #expect(!lab.isGone("Old-1"))
        lab.clearFaults()
        #expect(await admin.status("POST", service, #"{"option":"force"}"#) == 200)
        #expect(await eventually { lab.isGone("Old-1") })
      }
    }

    @Test("a gateway can fail to come back behind a bounce, and die in the middle of an action")
    func lost() async throws {
      try await withStage { lab in
        let admin = try lab.administration("New-1")
        try lab.setFault("New-1:start:fail")
        #expect(await admin.status("POST", "/shutdown", #"{"bounce":true,"option":"force"}"#) == 200)
        #expect(await eventually { lab.isGone("New-1") })
        await #expect(throws: Failure.self) { try await lab.start("New-1") }
        lab.clearFaults()
        try await lab.start("New-1")
        try lab.setFault("New-1:clean:die")
        #expect(await admin.status("POST", "/migration", #"{"action":"clean"}"#) == 202)
        #expect(await eventually { lab.isGone("New-1") })
      }
    }

    @Test("without the right name and password everything but /health and the APIs is 401")
    func authentication() async throws {
      try await withStage {
        $0.newCount = 0
      } _: { lab in
        var admin = try lab.administration("Old-1")
        admin.password = "wrong"
        for (method, path) in [
          ("GET", "/quiescemode"), ("PUT", "/quiescemode"), ("POST", "/ports"), ("PUT", "/ports/enable"),
          ("POST", "/migration"), ("GET", "/migration/status?action=clean"), ("GET", "/webhooks"),
          ("POST", "/shutdown"),
          ("GET", "/health"), ("GET", "/health/all"), ("PUT", "/invoke/wm.server.quiesce/setQuiescePort"),
          ("POST", "/invoke/wm.server.admin/shutdown"),
        ] {
          let answer = await admin.call(method, path, "{}")
          #expect(answer.status == 401 && answer.headers["www-authenticate"]?.hasPrefix("Basic") == true, "\(path)")
        }
        #expect(await Answer.get("\(admin.base)/health").status == 200)
        #expect(await Answer.get("\(admin.base)/health/engine").status == 401)
        #expect(await Answer.get("\(admin.base)/quiescemode").status == 401)
        let right = try lab.administration("Old-1")
        #expect(await right.status("GET", "/nothing") == 404)
        #expect(await right.status("DELETE", "/quiescemode") == 405)
        #expect(await right.call("PATCH", "/webhooks").headers["allow"] == "GET, POST")
        #expect(await Answer.get("\(right.server)/gateway/none/1.0").status == 404)
      }
    }
  }
}
