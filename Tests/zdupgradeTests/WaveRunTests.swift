import Foundation
import Lab
import Testing

@Suite("Capacity, waves and gates, against the lab", .serialized)
struct WaveRunTests {
  @Test("a group with one instance is named in the plan, and is not interrupted without the operator's word")
  func singleInstance() async throws {
    try await LabRun.with { run in
      let problem =
        "Node-C: it alone serves 'GatewayManager Group', which would be interrupted; accept the interruption with "
        + "--accept_downtime 'GatewayManager Group'"
      let plan = try await Program.zdupgrade(run.arguments("plan"))
      #expect(plan.code == 80 && plan.errors.contains(problem))
      #expect(plan.output.contains("# - 'Gateway Group': 1 of its 2 nodes serve at any time"))
      let result = try await Program.zdupgrade(run.arguments())
      #expect(result.code == 80 && result.errors.contains(problem))
      #expect(!FileManager.default.fileExists(atPath: run.logs), "nobody was even asked")
      #expect(LabStatus(of: run.lab).nodes.allSatisfy { $0.upgrade == "not started" && $0.newProcesses == 0 })
    }
  }

  @Test("several nodes go at once, as many as the limit and the floor allow, after the first Admin Node Manager")
  func waves() async throws {
    try await LabRun.with(nodes: 6) { run in
      let result = try await run.zdupgrade("run", ["--max_unavailable", "50%"])
      #expect(result.code == 0, "\(result.errors)")
      #expect(await run.versions() == Array(repeating: "7.7", count: 6))
      let stages = result.errors.split(separator: "\n").filter { $0.hasPrefix("== PRE-APPLY") }
      #expect(
        stages == [
          "== PRE-APPLY, APPLY and POST-APPLY on Node-A",
          "== PRE-APPLY, APPLY and POST-APPLY on Node-B, Node-C, Node-F at the same time",
          "== PRE-APPLY, APPLY and POST-APPLY on Node-D, Node-E at the same time",
        ])
    }
  }

  @Test("a failure of one node of a wave takes its whole wave back, and the nodes before it")
  func failedWave() async throws {
    try await LabRun.with(faults: ["Node-C:apply"], nodes: 6) { run in
      let result = try await run.zdupgrade("run", ["--max_unavailable", "3"])
      #expect(result.code == 73, "\(result.errors)")
      #expect(await run.versions() == Array(repeating: "7.5.3", count: 6))
      #expect(try await run.zdupgrade("plan").errors.contains("the load balancer") == false)
    }
  }

  @Test("gates are asked around every node, between waves and at the end; what they are told is data")
  func gates() async throws {
    try await LabRun.with { run in
      let script = "printf '%s|%s|%s|' \"$ZDU_HOOK\" \"$ZDU_NODE\" \"$ZDU_WAVE\" >> \"$1\"; cat >> \"$1\""
      let file = "\(run.lab.directory)/gates"
      let gate: [String: Any] = ["command": ["/bin/sh", "-c", script, "gate", file]]
      try run.editTopology { topology in
        topology["hooks"] = Dictionary(
          uniqueKeysWithValues: ["beforeNode", "afterNode", "betweenWaves", "atEnd"].map { ($0, gate) })
      }
      let result = try await run.zdupgrade()
      #expect(result.code == 0, "\(result.errors)")
      let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map(String.init)
      #expect(
        lines.map {
          $0.split(separator: "|", maxSplits: 3, omittingEmptySubsequences: false).prefix(3).joined(separator: " ")
        }
          == [
            "beforeNode Node-A 1", "afterNode Node-A 1", "betweenWaves  1", "beforeNode Node-B 2", "afterNode Node-B 2",
            "betweenWaves  2", "beforeNode Node-C 3", "afterNode Node-C 3", "atEnd  3",
          ])
      let last = try #require(lines.last?.split(separator: "|").last)
      let json = try #require(try JSONSerialization.jsonObject(with: Data(last.utf8)) as? [String: Any])
      #expect((json["place"] as? [String: Any])?["done"] as? [String] == ["Node-A", "Node-B", "Node-C"])
    }
  }

  @Test("a gate that fails stops the run before its node is touched, and takes nothing back")
  func failedGate() async throws {
    try await LabRun.with { run in
      try run.editTopology { topology in
        var nodes = topology["nodes"] as? [[String: Any]] ?? []
        nodes[1]["hooks"] = ["beforeNode": ["command": ["/bin/sh", "-c", "echo 'ticket is closed'; exit 9"]]]
        topology["nodes"] = nodes
      }
      let result = try await run.zdupgrade()
      #expect(result.code == 72)
      #expect(result.output.contains("FAILED (9)") && result.output.contains("| ticket is closed"))
      #expect(!result.output.contains("needs your hand"))
      #expect(await run.versions() == ["7.7", "7.5.3", "7.5.3"])
      #expect(LabStatus(of: run.lab).nodes[1].newProcesses == 0)
      let node = LabStatus(of: run.lab).nodes[1]
      #expect(node.newProcesses == 0 && node.oldProcesses == node.processCount)
    }
  }

  @Test("when the group's other node dies during the run, the next one is not taken out")
  func deadCompanion() async throws {
    try await LabRun.with { run in
      let tool = "\(run.lab.directory)/nodes/Node-A/new/apigateway/posix/bin/startinstance"
      try run.editTopology { topology in
        topology["hooks"] = ["betweenWaves": ["command": [tool, "-n", "Gateway-1", "-g", "Gateway Group", "-k"]]]
      }
      let result = try await run.zdupgrade()
      #expect(result.code == 72, "\(result.output)")
      #expect(result.output.contains("without Node-B, 0 of 2 nodes would serve 'Gateway Group', and 1 must"))
      #expect(await run.versions() == [nil, "7.5.3", "7.5.3"])
    }
  }

  @Test("a pause waits behind its node until the operator's signal, never behind the last one")
  func pause() async throws {
    try await LabRun.with { run in
      let arguments = run.arguments(
        "run", ["--pause_after", "Node-A", "--pause_after", "Node-C"] + LabGuide.acceptedDowntime(for: run.lab))
      let script = """
        "$@" 2> "$ERRORS" & pid=$!
        n=0
        until grep -q '^paused: after Node-A' "$ERRORS"; do
          n=$((n + 1)); [ $n -lt 300 ] || { kill -INT $pid; wait $pid; exit 99; }
          sleep 0.1
        done
        cp "$ERRORS" "$ERRORS.paused"
        kill -USR1 $pid
        wait $pid
        """
      let errors = "\(run.lab.directory)/errors"
      let result = try await Program.run(
        "/bin/sh", ["-c", script, "sh", "\(Program.folder)/zdupgrade"] + arguments, environment: ["ERRORS": errors])
      #expect(result.code == 0, "\(result.output)")
      #expect(await run.versions() == ["7.7", "7.7", "7.7"])
      let paused = try String(contentsOfFile: "\(errors).paused", encoding: .utf8)
      #expect(!paused.contains("PRE-APPLY and POST-APPLY on Node-B") && !paused.contains("Node-B: PRE-APPLY"))
      let text = try String(contentsOfFile: errors, encoding: .utf8)
      #expect(text.components(separatedBy: "paused: after").count == 2)
    }
  }

  @Test("Ctrl-C during a drain: the node is back in the load balancer, and the summary says so")
  func interruptedDrain() async throws {
    try await LabRun.with { run in
      let url = try #require(run.lab.description.groups.first { $0.instanceCount > 1 }).url
      // Both nodes have requests in flight for longer than a drain would take without them.
      let traffic = TrafficClient(url: "\(url)/slow?ms=8000", rate: 4, timeout: .seconds(60))
      await traffic.begin()
      let script = """
        sleep 1
        "$@" 2> "$ERRORS" & pid=$!
        n=0
        until grep -q 'Node-A:   wait until no request is in flight' "$ERRORS"; do
          n=$((n + 1)); [ $n -lt 300 ] || { kill -KILL $pid; exit 99; }
          sleep 0.1
        done
        kill -INT $pid
        wait $pid
        """
      let arguments = run.arguments("run", LabGuide.acceptedDowntime(for: run.lab))
      let start = ContinuousClock.now
      let result = try await Program.run(
        "/bin/sh", ["-c", script, "sh", "\(Program.folder)/zdupgrade"] + arguments,
        environment: ["ERRORS": "\(run.lab.directory)/errors"])
      #expect(ContinuousClock.now - start < .seconds(60))
      #expect(await traffic.stop().failures.isEmpty)
      #expect(result.code == 80, "\(result.output)")
      #expect(result.output.contains("given up: SIGINT was received"))
      let row = result.output.split(separator: "\n").first { $0.contains("| Node-A") }
      #expect(row?.contains("| FAILED (1) | *          | *          | PASSED (0) |") == true, "\(result.output)")
      #expect(await run.versions() == ["7.5.3", "7.5.3", "7.5.3"])
      let plan = try await run.zdupgrade("plan")
      #expect(plan.code == 0 && !plan.errors.contains("the load balancer"), "\(plan.errors)")
    }
  }

  @Test("the last available node of a group is not taken out: HAProxy has the other one down, and the plan says so")
  func lastAvailable() async throws {
    try await LabRun.with(balancer: .haproxy) { run in
      // Node-B's old instance runs on, but is not healthy any more.
      try run.lab.setFault("Node-B:old-start:unhealthy")
      let tool = "\(run.lab.directory)/nodes/Node-B/old/apigateway/posix/bin/startinstance"
      let instance = ["-n", "Gateway-2", "-g", "Gateway Group"]
      _ = try await Program.run(tool, instance + ["-k"])
      _ = try await Program.run(tool, instance + ["-d"])
      let problem =
        "Node-A: cannot be taken out: 0 of 2 nodes would go on serving 'Gateway Group', and 1 must (minAvailable 50%), "
        + "as Node-B serves nobody"
      let socket = "\(run.lab.directory)/haproxy/admin.sock"
      #expect(try await isEventually { try await Self.servers(socket).contains("DOWN") })
      for command in ["plan", "run"] {
        let result = try await run.zdupgrade(command)
        #expect(result.code == 80)
        #expect(result.errors.contains(problem), "\(result.errors)")
        #expect(!result.errors.contains("Node-B: http"), "who is down anyway need not be healthy")
      }
      let servers = try await Self.servers(socket)
      #expect(!servers.contains("MAINT") && !servers.contains("DRAIN"), "\(servers)")
      #expect(LabStatus(of: run.lab).nodes.allSatisfy { $0.upgrade == "not started" && $0.newProcesses == 0 })

      // Once the operator accepts it, the node that is down goes as early as can be, and both serve in the end.
      let accepted = try await run.zdupgrade("run", ["--accept_downtime", "Gateway Group"])
      #expect(accepted.code == 0, "\(accepted.output)\n\(accepted.errors)")
      #expect(await run.versions() == ["7.7", "7.7", "7.7"])
      #expect(try await !Self.servers(socket).contains("DOWN"))
    }
  }

  /// Name and status of every server.
  private static func servers(_ socket: String) async throws -> String {
    let script = "echo 'show stat' | socat - UNIX-CONNECT:\"$1\" | cut -d, -f1,2,18"
    return try await Program.run("/bin/sh", ["-c", script, "sh", socket]).output
  }

  private func isEventually(_ condition: () async throws -> Bool) async throws -> Bool {
    let deadline = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < deadline {
      if try await condition() { return true }
      try await Task.sleep(for: .milliseconds(50))
    }
    return false
  }
}
