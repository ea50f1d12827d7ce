import Foundation
import Lab
import Testing

@Suite("zdupgrade against the lab", .serialized)
struct UpgradeRunTests {
  @Test("three nodes are upgraded; planning changes nothing before, and afterwards there is nothing left to do")
  func success() async throws {
    try await LabRun.with { run in
      #expect(try await run.zdupgrade("plan").code == 0)
      #expect(await run.versions() == ["7.5.3", "7.5.3", "7.5.3"])
      #expect(LabStatus(of: run.lab).nodes.allSatisfy { $0.upgrade == "not started" && $0.newProcesses == 0 })

      let result = try await run.zdupgrade()
      #expect(result.code == 0, "\(result.errors)")
      #expect(result.output.hasPrefix("Summary table (Status.SUCCESS):\n"))
      #expect(result.output.components(separatedBy: "PASSED (0)").count - 1 == 15)
      #expect(await run.versions() == ["7.7", "7.7", "7.7"])
      #expect(LabStatus(of: run.lab).nodes.allSatisfy { $0.oldProcesses == 0 && $0.newProcesses == $0.processCount })

      let again = try await run.zdupgrade("plan")
      #expect(again.code == 80)
      #expect(again.errors.components(separatedBy: "was applied before").count - 1 == 3)
    }
  }

  @Test("a failed UPGRADE on one node prints the vendor's failed table, and no old process was stopped")
  func failedUpgrade() async throws {
    try await LabRun.with(faults: ["Node-C:upgrade"]) { run in
      let before = Set(run.lab.processes)
      let result = try await run.zdupgrade()
      #expect(result.code == 71)
      #expect(result.output.hasPrefix(Self.failedTable), "\(result.output)")
      #expect(result.output.contains("give an address in --cass_host that every node can reach"))
      #expect(before.isSubset(of: run.lab.processes))
      #expect(LabStatus(of: run.lab).nodes.allSatisfy { $0.oldProcesses == $0.processCount && $0.newProcesses == 0 })
      let log = try run.log("Node-C")
      #expect(
        log.contains(
          """
          ERROR: This is a multi-node upgrade and a localhost Cassandra server: localhost:9160 has been specified.
          You must use a network accessible address. Run sysupgrade upgrade -h for details.

          ------------- ZDU_EXEC_CMD -------------
          ########## SYSUPGRADE_UPGRADE ##########

          """))
      #expect(try run.log().contains("Summary table (Status.UPGRADE_FAILED):"))

      // The operator mends what was wrong and runs the same again: what is done is not repeated.
      run.lab.clearFaults()
      let second = try await run.zdupgrade()
      #expect(second.code == 0, "\(second.output)\n\(second.errors)")
      #expect(await run.versions() == ["7.7", "7.7", "7.7"])
    }
  }

  private static let failedTable = """
    Summary table (Status.UPGRADE_FAILED):
        +--------------+--------------+--------------+--------------+--------------+--------------+--------------+
        | MULTI-NODE ZERO DOWN-TIME UPGRADE SUMMARY                                                              |
        +--------------+--------------+--------------+--------------+--------------+--------------+--------------+
        | NODE         | EXPORT       | UPGRADE      | PRE-APPLY    | APPLY        | POST-APPLY   | ROLLBACK     |
        +--------------+--------------+--------------+--------------+--------------+--------------+--------------+
        | Node-A       | PASSED (0)   | PASSED (0)   | *            | *            | *            | *            |
        +--------------+--------------+--------------+--------------+--------------+--------------+--------------+
        | Node-B       | PASSED (0)   | PASSED (0)   | *            | *            | *            | *            |
        +--------------+--------------+--------------+--------------+--------------+--------------+--------------+
        | Node-C       | PASSED (0)   | FAILED (100) | *            | *            | *            | *            |
        +--------------+--------------+--------------+--------------+--------------+--------------+--------------+

    """

  @Test(
    "whatever fails on the second node, the failed phase's code is given and the old version answers on all nodes",
    arguments: [
      ("Node-B:apply", 73, [String]()),
      ("Node-B:apply:hang", 73, ["--step_time", "3"]),
      ("Node-B:apply:drop", 73, []),
      ("Node-B:start:crash", 74, ["--startup_time", "3"]),
      ("Node-B:start:unhealthy", 74, ["--startup_time", "3"]),
      ("Node-B:stop:refuse", 72, ["--shutdown_time", "2"]),
      ("Node-B:stop:hang", 72, ["--shutdown_time", "2"]),
      ("Node-B:nodemanager-stop:fail", 72, []),
    ])
  func rolledBack(fault: String, code: Int32, options: [String]) async throws {
    try await LabRun.with(faults: [fault]) { run in
      let result = try await run.zdupgrade("run", options)
      #expect(result.code == code, "\(result.output)\n\(result.errors)")
      #expect(await run.versions() == ["7.5.3", "7.5.3", "7.5.3"])
      let rows = result.output.split(separator: "\n").filter { $0.contains("| Node-") }
      #expect(
        rows.map { $0.hasSuffix("PASSED (0)   |") || $0.hasSuffix("PASSED (0) |") } == [true, true, false],
        "\(result.output)")
      #expect(LabStatus(of: run.lab).nodes.allSatisfy { $0.oldProcesses == $0.processCount && $0.newProcesses == 0 })
      #expect(try await run.zdupgrade("plan").errors.contains("the load balancer") == false)
    }
  }

  @Test("a node that cannot be taken back is named with its state and what to run, and its group keeps the other node")
  func stranded() async throws {
    try await LabRun.with(faults: ["Node-B:apply", "Node-B:old-start:fail"]) { run in
      let result = try await run.zdupgrade()
      #expect(result.code == 75)
      #expect(result.output.hasPrefix("Summary table (Status.ROLLBACK_FAILED):"))
      #expect(result.output.contains("Node-B needs your hand: it is out of the load balancer"))
      #expect(result.output.contains("startinstance -n Gateway-2 -g 'Gateway Group' -d"))
      #expect(result.output.contains("Node-A needs your hand: it is in the load balancer as before"))
      #expect(await run.versions() == ["7.7", nil, "7.5.3"], "Node-A serves on; nothing was taken from the group")
    }
  }

  @Test("with --rollback none a failed node stays as it is")
  func noRollback() async throws {
    try await LabRun.with(faults: ["Node-B:apply"]) { run in
      let result = try await run.zdupgrade("run", ["--rollback", "none"])
      #expect(result.code == 73)
      #expect(
        result.output.contains("Node-B needs your hand: it is out of the load balancer; nothing was taken back yet"))
      #expect(await run.versions() == ["7.7", nil, "7.5.3"])
    }
  }

  @Test("the preflight reports every problem of every node at once, and nothing is touched")
  func preflight() async throws {
    try await LabRun.with { run in
      let old = "\(run.lab.directory)/nodes/Node-B/old/apigateway/posix/bin"
      _ = try await Program.run("\(old)/startinstance", ["-n", "Gateway-2", "-g", "Gateway Group", "-k"])
      let sysupgrade = "\(run.lab.directory)/nodes/Node-C/new/apigateway/upgrade/bin/sysupgrade"
      try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: sysupgrade)
      let result = try await run.zdupgrade()
      #expect(result.code == 80 && result.output.isEmpty)
      #expect(
        result.errors.contains("Node-B: the old instance 'Gateway-2' of 'Gateway Group' is not running; start it"))
      #expect(result.errors.contains("Node-C: \(sysupgrade) is missing or may not be run"))
      #expect(LabStatus(of: run.lab).nodes.allSatisfy { $0.upgrade == "not started" })
    }
  }

  @Test("no secret reaches a log, the output or a command line that sshd sees; wrong ones are refused by the node")
  func secrets() async throws {
    try await LabRun.with { run in
      let password = try String(contentsOfFile: run.lab.passwordFile, encoding: .utf8).split(separator: "\n")[0]
      let passphrase = try String(contentsOfFile: run.lab.domainPassphraseFile, encoding: .utf8).split(separator: "\n")[
        0]
      let result = try await run.zdupgrade()
      #expect(result.code == 0)
      var texts = [result.output, result.errors, try run.log()]
      for node in ["Node-A", "Node-B", "Node-C"] {
        texts.append(try run.log(node))
        texts.append(try String(contentsOfFile: "\(run.lab.directory)/nodes/\(node)/sshd/sshd.log", encoding: .utf8))
      }
      for text in texts { #expect(!text.contains(password) && !text.contains(passphrase)) }
      #expect(texts[3].contains("--password \"$zdu_password\""))
    }
    try await LabRun.with { run in
      try "wrong\n".write(toFile: "\(run.lab.directory)/wrong", atomically: true, encoding: .utf8)
      let result = try await run.zdupgrade("run", ["--password_file", "\(run.lab.directory)/wrong"])
      #expect(result.code == 70)
    }
  }

  @Test("a warning of sysupgrade is shown at the end, with its node and its meaning")
  func warnings() async throws {
    try await LabRun.with(faults: ["Node-B:upgrade:warn:RBAC permissions file has been modified on old system."]) {
      run in
      let result = try await run.zdupgrade()
      #expect(result.code == 0)
      #expect(result.output.contains("Node-B: WARN: RBAC permissions file has been modified on old system."))
      #expect(result.output.contains("merge your changes of acl.json"))
    }
  }
}
