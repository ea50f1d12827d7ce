import Glibc
import Testing
import Upgrade

@testable import Lab

extension OnStage {
  @Suite("Faults") struct FaultTests {
    @Test("a fault is read from NODE:STEP[:KIND[:ARGUMENT]], whatever the node's name holds")
    func parsing() throws {
      let nodes = ["Node-A", "a:b", "a"]
      #expect(try Fault(parsing: "Node-A:apply", nodes: nodes) == Fault(node: "Node-A", step: .apply))
      #expect(
        try Fault(parsing: "a:b:start:slow:2.5", nodes: nodes)
          == Fault(node: "a:b", step: .start, kind: .slow, argument: "2.5"))
      #expect(
        try Fault(parsing: "a:nodemanager-start:fail:7:it broke: badly", nodes: nodes)
          == Fault(node: "a", step: .nodeManagerStart, argument: "7:it broke: badly"))
      for (text, words) in [
        ("Node-B:apply", "did you mean 'Node-A'?"), ("Node-A", "NODE:STEP"), ("Node-A:aply", "did you mean 'apply'?"),
        ("Node-A:apply:hand", "did you mean 'hang'?"), ("", "NODE:STEP"),
      ] {
        let failure = #expect(throws: Failure.self) { try Fault(parsing: text, nodes: nodes) }
        #expect(failure?.message.contains(words) == true, "\(text): \(failure?.message ?? "")")
      }
    }

    @Test(
      "fail takes a code, a text, both or neither",
      arguments: [
        ("", 100, "ERROR: standard"), ("7", 7, "ERROR: standard"), ("it broke", 100, "ERROR: it broke"),
        ("7:it: broke", 7, "ERROR: it: broke"), ("0", 100, "ERROR: 0"), ("256:x", 100, "ERROR: 256:x"),
      ])
    func failArguments(argument: String, code: Int32, text: String) {
      let failure = FaultInjector.failure(argument, default: "ERROR: standard")
      #expect(failure == ToolFailure(text: text, exitCode: code))
    }

    @Test("an upgrade that is told to fail ends as the vendor's sample does; without the fault it goes on")
    func vendorSample() async throws {
      try await withLab(faults: ["Node-C:upgrade"]) { lab in
        let node = lab.tools("Node-C")
        #expect(try await node.export().code == 0)
        let failure = try await node.upgrade()
        #expect(failure.code == 100)
        #expect(
          failure.output.hasSuffix(
            """
            ERROR: This is a multi-node upgrade and a localhost Cassandra server: localhost:9160 has been specified.
            You must use a network accessible address. Run sysupgrade upgrade -h for details.

            """))
        #expect(lab.faults == [Fault(node: "Node-C", step: .upgrade)])
        lab.clearFaults()
        #expect(lab.faults.isEmpty)
        #expect(try await node.upgrade().code == 0)
      }
    }

    @Test("warn, slow and chatter change nothing of the outcome; hang never ends and goes with the lab")
    func milderOnes() async throws {
      try await withLab(nodes: 1) { lab in
        let node = lab.tools("Node-A")
        try lab.setFault("Node-A:export:warn:watch out")
        let export = try await node.export()
        #expect(export.code == 0 && export.output.contains("WARN: watch out\n"))
        try lab.setFault("Node-A:status:chatter:3")
        let status = try await node.sysupgrade("status")
        #expect(status.code == 0 && (3072...3400).contains(status.output.utf8.count))
        try lab.setFault("Node-A:upgrade:slow:0.5")
        let start = ContinuousClock.now
        #expect(try await node.upgrade().code == 0)
        #expect(ContinuousClock.now - start >= .milliseconds(500))
        try lab.setFault("Node-A:stop:hang")
        let stop = Task { try await node.instance(.old, "-k") }
        #expect(
          await eventually { LabProcesses(directory: lab.directory).running.count == 8 },
          "sshd, nginx 3, old 2, Cassandra, hung 1"
        )
        #expect(try await node.instance(.old, "-s").code == 0)
        await lab.down()
        #expect(try await stop.value.code == 128 + SIGTERM)
      }
    }

    @Test("a new instance that crashes was started all the same; an unhealthy one runs and says 500")
    func badStarts() async throws {
      try await withLab(nodes: 1, faults: ["Node-A:start:crash"]) { lab in
        let node = lab.tools("Node-A")
        #expect(try await node.export().code == 0)
        #expect(try await node.upgrade().code == 0)
        try await node.stopOld()
        #expect(try await node.apply().code == 0)
        #expect(await eventually { (try? await node.instance(.new, "-s").code) == 1 })
        try lab.setFault("Node-A:start:unhealthy")
        #expect(try await node.instance(.new, "-d").code == 0)
        let first = try #require(lab.description.nodes.first)
        let probe = TrafficClient(url: "\(first.url(of: first.instances[0]))/healthcheck", rate: 50)
        await probe.begin()
        #expect(await eventually { await probe.report.total > 2 })
        #expect(await probe.stop().failures.first?.reason == "status 500")
        #expect(try await node.instance(.new, "-k").code == 0)
        try lab.setFault("Node-A:start:fail:9:no heap")
        let failure = try await node.instance(.new, "-d")
        #expect(failure.code == 9 && failure.output == "ERROR: no heap\n")
        #expect(try await node.instance(.new, "-s").code == 1)
      }
    }

    @Test("a broken instance is healthy, yet answers every real request with 500; the old one too if that is wished")
    func broken() async throws {
      try await withLab(nodes: 1, faults: ["Node-A:old-start:broken"]) { lab in
        let node = lab.tools("Node-A")
        let first = try #require(lab.description.nodes.first)
        let url = first.url(of: first.instances[0])
        #expect(await Answer.get("\(url)/").status == 200, "it was started before the fault was set")
        #expect(try await node.instance(.old, "-k").code == 0)
        #expect(try await node.instance(.old, "-d").code == 0)
        for path in ["/healthcheck", "/healthchecklb"] { #expect(await Answer.get(url + path).status == 200) }
        for path in ["/", "/slow?ms=0", "/chunked", "/stream"] { #expect(await Answer.get(url + path).status == 500) }
      }
    }

    @Test("apply that cannot start an instance warns and succeeds; without its Node Manager it fails")
    func startFailsInApply() async throws {
      try await withLab(nodes: 1, faults: ["Node-A:start", "Node-A:nodemanager-start"]) { lab in
        let node = lab.tools("Node-A")
        #expect(try await node.export().code == 0)
        #expect(try await node.upgrade().code == 0)
        try await node.stopOld()
        #expect(try await node.apply().code == 100)
        #expect(try await node.sysupgrade("status").output.contains("Next step: sysupgrade apply"))
        lab.clearFaults()
        try lab.setFault("Node-A:start")
        let apply = try await node.apply()
        #expect(apply.code == 0 && apply.output.contains("WARN: API Gateway 'Gateway-1'"), "\(apply.output)")
        #expect(try await node.instance(.new, "-s").code == 1)
      }
    }

    @Test("a process that refuses to stop is still there when -k returns; drop cuts the SSH connection in mid-command")
    func refuseAndDrop() async throws {
      try await withLab(nodes: 1, faults: ["Node-A:stop:refuse", "Node-A:export:drop"]) { lab in
        let node = lab.tools("Node-A")
        #expect(try await node.instance(.old, "-k").code == 0)
        #expect(try await node.instance(.old, "-s").code == 0)
        let password = ShellQuoting.quote(Credentials.secret(lab.passwordFile) ?? "")
        let export =
          "\(ShellQuoting.quote("\(node.home(.new))/upgrade/bin/sysupgrade")) export --username admin --password "
          + "\(password) --old_install_dir \(ShellQuoting.quote(node.home(.old)))"
        let dropped = try await lab.ssh("Node-A", "\(export); echo went on")
        #expect(dropped.code == 255)
        #expect(!dropped.output.contains("completed"))
        #expect(try await lab.ssh("Node-A", "echo again").output == "again\n", "the server itself goes on")
        #expect(try await node.sysupgrade("status").output.hasPrefix("Current status: not started"))
        try lab.setFault("Node-A:export:drop:continue")
        #expect(try await lab.ssh("Node-A", export).code == 255)
        let isDone = try await eventually {
          try await node.sysupgrade("status").output.hasPrefix("Current status: export complete")
        }
        #expect(isDone)
      }
    }
  }
}
