import FoundationEssentials
import Testing
import Upgrade

@testable import Lab

extension OnStage {
  @Suite("the simulated gateway's shutdown") struct ShutdownTests {
    @Test("a bounce with drain finishes what is in flight, is away for a while, and loses no transaction")
    func bounce() async throws {
      try await withStage {
        ($0.newCount, $0.bounceDelay) = (0, 1000)
      } _: { lab in
        let admin = try lab.administration("Old-1")
        let api = lab.api(at: admin.server)
        for _ in 1...5 { #expect(await Answer.get(api).status == 200) }
        async let slow = Answer.get(api + "?ms=800")
        #expect(await eventually { await Answer.get(api).status == 200 })
        let answer = await admin.call("POST", "/shutdown", #"{"bounce":true,"option":"drain","timeout":2}"#)
        #expect(answer.status == 200 && answer.body.contains(#""timeout":"2""#))
        #expect(await slow.status == 200)
        #expect(await eventually { await admin.status("GET", "/health") == nil })
        #expect(await eventually { (try? lab.isServing("Old-1")) == false })
        #expect(await eventually { await admin.status("GET", "/health") == 200 })
        #expect(try await lab.counted("Old-1") == 7)
        #expect(try await lab.account().flushed["Old-1"] == 7)
      }
    }

    @Test("force does not wait for what is in flight")
    func force() async throws {
      try await withStage {
        $0.newCount = 0
      } _: { lab in
        let admin = try lab.administration("Old-1")
        let api = lab.api(at: admin.server)
        async let slow = Answer.get(api + "?ms=20000")
        #expect(await Answer.get(api).status == 200)
        let start = ContinuousClock.now
        #expect(await admin.status("POST", "/shutdown", #"{"option":"force"}"#) == 200)
        #expect(await slow.status == nil)
        #expect(ContinuousClock.now - start < .seconds(10))
        #expect(await eventually { lab.isGone("Old-1") })
        #expect(try await lab.counted("Old-1") == 1)
      }
    }

    @Test("without a bounce the program ends with 0, and the same may be said to the Integration Server")
    func exitCode() async throws {
      try await withFolderOfItsOwn { folder in
        let address = LoopbackPort.ownAddress()
        let port = try LoopbackPort.free(at: address)
        try TextFile.write("secret\n", to: "\(folder)/password")
        async let result = BuiltProgram.run(
          BuiltProgram.zdulab,
          [
            "gateway", "--address", address, "--port", "\(port)", "--gateway_version", "10.7", "--datastore",
            "\(folder)/data", "--name", "a gateway", "--password_file", "\(folder)/password",
          ])
        let url = "http://\(address):\(port)"
        #expect(await eventually { await Answer.get("\(url)/rest/apigateway/health").status == 200 })
        let headers = ["Authorization": BasicUser(name: "Administrator", password: "secret").authorization]
        let service = "\(url)/invoke/wm.server.admin/shutdown"
        for wrong in ["{}", #"{"option":"later"}"#, #"{"bounce":true,"option":"force"}"#] {
          #expect(await Answer.send("POST", service, wrong, headers).status == 400, "\(wrong)")
        }
        let body = #"{"bounce":"no","option":"force","timeout":"1"}"#
        #expect(await Answer.send("POST", service, body, ["Authorization": "Basic eDp5"]).status == 401)
        #expect(await Answer.send("POST", service, body, headers).status == 200)
        #expect(try await result.code == 0)
      }
    }

    @Test("what is not understood is refused with 400")
    func badRequests() async throws {
      try await withStage {
        $0.newCount = 0
      } _: { lab in
        let admin = try lab.administration("Old-1")
        for body in [
          "", "{}", #"{"option":"later"}"#, #"{"bounce":"true","option":"force"}"#,
          #"{"option":"drain","timeout":"10"}"#, #"{"option":"drain","timeout":-1}"#,
          #"{"option":"drain","timeout":1.5}"#, #"{"option":"drain","timeout":null}"#,
          #"{"option":"drain","quiesce":"no"}"#,
        ] {
          #expect(await admin.status("POST", "/shutdown", body) == 400, "\(body)")
        }
        #expect(try lab.isServing("Old-1"))
      }
    }

    @Test("a bounce with quiesce flushes, and comes back with nothing open but the quiesce port")
    func quiesced() async throws {
      try await withStage {
        $0.newCount = 0
      } _: { lab in
        let admin = try lab.administration("Old-1")
        await admin.makeQuiescePort()
        #expect(await Answer.get(lab.api(at: admin.server)).status == 200)
        let body = #"{"bounce":true,"option":"force","quiesce":true}"#
        #expect(await admin.status("POST", "/shutdown", body) == 200)
        #expect(await eventually { await admin.throughQuiescePort.status("GET", "/health") == 503 })
        #expect(await admin.status("GET", "/health") == nil)
        #expect(try await lab.account().flushed["Old-1"] == 1)
      }
    }

    @Test("a launcher that is killed takes the gateway with it, and the next start serves again")
    func lost() async throws {
      try await withStage {
        $0.newCount = 0
      } _: { lab in
        let admin = try lab.administration("Old-1")
        try await lab.kill("Old-1")
        #expect(lab.isGone("Old-1"))
        #expect(await admin.status("GET", "/health") == nil)
        try await lab.start("Old-1")
        #expect(await admin.status("GET", "/health") == 200)
        await #expect(throws: Failure.self) { try await lab.start("Old-1") }
      }
    }
  }
}

extension BlueGreenLab {
  /// Whether nothing of a gateway runs.
  func isGone(_ name: String) -> Bool {
    guard let node = try? description.node(name) else { return false }
    let processes = BlueGreenProcesses(description: description)
    return !processes.isRunning(node) && !processes.isServing(node)
  }
}
