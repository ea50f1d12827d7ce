import Foundation
import Lab
import Testing

@Suite("Where a run and its nodes stand, as processes against the lab", .serialized)
struct StatusRunTests {
  /// A run as `zdupgrade status --format json` has it.
  private struct Told: Decodable {
    struct Status: Decodable { let name: String }
    struct Next: Decodable { let command: String }
    struct UnderWay: Decodable {
      let node: String
      let phase: String
      let title: String
      let since: String
      let onNode: String?
    }
    struct Node: Decodable {
      let node: String
      let journal: String
      let sysupgrade: String?
      let old: String?
      let new: String?
      let balancer: String?
      let lock: String?
      let differences: [String]
      let problems: [String]
    }
    let run: String
    let state: String
    let status: Status?
    let began: String
    let user: String
    let processID: Int32
    let takingBack: [String]
    let underWay: [UnderWay]
    let next: [Next]
    let notices: [String]
    let isAsked: Bool
    let nodes: [Node]
  }

  /// `zdupgrade status` with nothing but the log folder and `more`: no secret is given.
  private static func status(_ run: LabRun, _ more: [String] = []) async throws -> Program.Result {
    try await Program.zdupgrade(["status", "--log_dir", run.logs] + more)
  }

  private static func told(_ run: LabRun, _ more: [String] = [], code: Int32 = 0) async throws -> Told {
    let result = try await status(run, ["--format", "json"] + more)
    #expect(result.code == code, "\(result.output)\n\(result.errors)")
    return try JSONDecoder().decode(Told.self, from: Data(result.output.utf8))
  }

  private static let apply = ["{\"event\":{\"commandStarted\"", "\"node\":\"Node-B\"", "sysupgrade apply"]

  /// What is in the log folder, by path, with its contents.
  private static func records(_ run: LabRun) throws -> [String: Data] {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: run.logs)
    return Dictionary(
      uniqueKeysWithValues: paths.map { ($0, FileManager.default.contents(atPath: "\(run.logs)/\($0)") ?? Data()) })
  }

  @Test("while it runs it is looked at without being disturbed; killed in mid-apply, what is under way is told")
  func running() async throws {
    try await LabRun.with(faults: ["Node-B:apply:slow:30"]) { run in
      async let running = run.zdupgrade()
      let pid = try await run.process(with: Self.apply).pid
      let during = try await Self.told(run)
      #expect(during.state == "running" && during.status == nil && during.processID == pid)
      #expect(during.next.isEmpty && during.isAsked && during.notices.isEmpty)
      #expect(during.nodes.map(\.node) == ["Node-A", "Node-B", "Node-C"])
      let title = "create and start the new Node Manager and instances"
      #expect(during.nodes.map(\.journal) == ["upgraded", "APPLY under way: \(title)", "UPGRADE done"])
      #expect(during.nodes.map(\.balancer) == ["enabled", "disabled", "enabled"])
      #expect(during.nodes.allSatisfy { $0.lock == during.run && $0.differences.isEmpty && $0.problems.isEmpty })
      #expect(during.underWay.map(\.node) == ["Node-B"] && during.underWay.first?.phase == "APPLY")

      #expect(kill(pid, SIGKILL) == 0)
      #expect(try await running.code == -1)
      let records = try Self.records(run)
      let dead = try await Self.told(run)
      #expect(dead.state == "interrupted" && dead.underWay.map(\.title) == [title])
      #expect(dead.underWay.first?.onNode == "its command runs on the node")
      #expect(dead.underWay.first?.since.hasSuffix("Z") == true && dead.began.hasSuffix("Z"))
      #expect(
        dead.next.map(\.command) == [
          "zdupgrade resume \(dead.run) --log_dir \(run.logs)", "zdupgrade rollback \(dead.run) --log_dir \(run.logs)",
        ])
      #expect(dead.nodes.map(\.old) == ["stopped", "stopped", "running"])
      #expect(dead.nodes.map(\.sysupgrade).first == "system upgrade complete" && dead.nodes[0].new == "running")
      let text = try await Self.status(run, [String(dead.run.prefix(10))])
      #expect(text.code == 0 && text.errors.isEmpty)
      #expect(text.output.hasPrefix("run:        \(dead.run)\n"), "\(text.output)")
      #expect(text.output.contains("state:      interrupted: its process is gone, and wrote last at 20"))
      #expect(text.output.contains("\nNODE    JOURNAL "))

      let offline = try await Self.status(run, ["--offline"])
      #expect(offline.code == 0 && offline.output.contains("\nNode-B  APPLY under way: \(title)\n"))
      #expect(!offline.output.contains("SYSUPGRADE"))
      #expect(try Self.records(run) == records, "nothing of it is written down")
      let unknown = try await Self.status(run, ["1999"])
      #expect(unknown.code == 80 && unknown.output.isEmpty && unknown.errors.contains("no run '1999' is in it"))
    }
  }

  @Test("after success all agree; what an operator changes behind its back is shown, and a lost node is unknown")
  func changed() async throws {
    try await LabRun.with { run in
      #expect(try await run.zdupgrade().code == 0)
      let done = try await Self.told(run)
      #expect(done.state == "ended" && done.status?.name == "SUCCESS" && done.next.isEmpty && done.underWay.isEmpty)
      for node in done.nodes {
        #expect(node.journal == "upgraded" && node.sysupgrade == "system upgrade complete", "\(node)")
        #expect(node.old == "stopped" && node.new == "running" && node.balancer == "enabled" && node.lock == "free")
        #expect(node.differences.isEmpty && node.problems.isEmpty, "\(node)")
      }

      let new = "\(run.lab.directory)/nodes/Node-B/new/apigateway"
      let stop = try await Program.run(
        "\(new)/posix/bin/startinstance", ["-k", "-n", "Gateway-2", "-g", "Gateway Group"])
      #expect(stop.code == 0, "\(stop.output)\(stop.errors)")
      let clean = try await Program.run(
        "\(run.lab.directory)/nodes/Node-C/new/apigateway/upgrade/bin/sysupgrade", ["clean"])
      #expect(clean.code == 0, "\(clean.output)\(clean.errors)")
      let servers = "\(run.lab.directory)/nginx/servers-1.conf"
      var lines = try String(contentsOfFile: servers, encoding: .utf8).split(separator: "\n").map(String.init)
      let place = try #require(lines.firstIndex { $0.hasPrefix("server ") })
      lines[place] = lines[place].replacing(";", with: " down;")
      try (lines.joined(separator: "\n") + "\n").write(toFile: servers, atomically: true, encoding: .utf8)

      let result = try await Self.status(run)
      #expect(result.code == 0, "\(result.output)\n\(result.errors)")
      for difference in [
        "Node-A: the journal has it in the load balancer, the load balancer has it disabled: the load balancer is believed",
        "Node-B: the journal has the new instance 'Gateway-2' of 'Gateway Group' running, it does not run: the node is "
          + "believed",
        "Node-C: the journal has APPLY done, sysupgrade status says 'not started': the node is believed",
      ] {
        #expect(result.output.contains("\n\(difference)\n"), "\(result.output)")
      }
      #expect(result.output.contains("mixed"))
      #expect(!result.output.contains("Node-B: the journal has APPLY"))

      try run.editTopology { topology in
        var nodes = topology["nodes"] as? [[String: Any]] ?? []
        var ssh = nodes[1]["ssh"] as? [String: Any] ?? [:]
        ssh["port"] = 1
        nodes[1]["ssh"] = ssh
        topology["nodes"] = nodes
      }
      let lost = try await Self.told(run, code: 80)
      #expect(lost.nodes[1].journal == "upgraded" && lost.nodes[1].sysupgrade == nil && lost.nodes[1].lock == nil)
      #expect(lost.nodes[1].problems.count == 1 && lost.nodes[1].differences.isEmpty, "\(lost.nodes[1])")
      #expect(lost.nodes[0].problems.isEmpty && lost.nodes[2].sysupgrade == "not started")
      #expect(lost.notices.first?.contains("is not what it was when the run was begun") == true)
      let text = try await Self.status(run)
      #expect(text.code == 80 && text.output.contains("\nNode-B  upgraded  unknown "), "\(text.output)")
      #expect(text.output.contains("\nNode-B: unknown: "))
    }
  }

  @Test("a run that failed, one that was taken back, and one that never had a plan")
  func others() async throws {
    try await LabRun.with(faults: ["Node-B:apply"]) { run in
      #expect(try await Self.status(run).code == 80, "there is none yet")
      #expect(try await run.zdupgrade("run", ["--rollback", "none"]).code == 73)
      let failed = try await Self.told(run)
      #expect(failed.state == "ended" && failed.status?.name == "APPLY_FAILED" && failed.next.count == 2)
      let place = failed.nodes[1].journal
      #expect(place.hasPrefix("APPLY FAILED: ") && place.contains("; stranded: out of the load balancer"), "\(place)")
      #expect(failed.nodes[1].balancer == "disabled" && failed.nodes.allSatisfy { $0.differences.isEmpty })
      #expect(failed.underWay.isEmpty)
      let table = try await Self.status(run).output.split(separator: "\n").map(String.init)
      let row = try #require(table.first { $0.hasPrefix("Node-B  ") })
      #expect(row.hasPrefix("Node-B  APPLY FAILED  ") && row.count < 100, "\(table)")
      #expect(table.contains("Node-B: \(place)"), "\(table)")

      #expect(try await Program.zdupgrade(["rollback", "--log_dir", run.logs, "--yes"]).code == 0)
      let back = try await Self.told(run)
      #expect(back.status?.name == "ROLLED_BACK" && back.next.isEmpty && back.takingBack.isEmpty)
      #expect(back.nodes.map(\.journal) == ["taken back", "taken back", "UPGRADE done"])
      #expect(back.nodes.map(\.old) == ["running", "running", "running"])
      #expect(back.nodes.allSatisfy { $0.differences.isEmpty && $0.new == "stopped" }, "\(back.nodes)")

      #expect(try await run.zdupgrade().code == 80, "refused: Node-A was applied before")
      #expect(try await Self.told(run).run == back.run, "that is the one that 'resume' means, too")
      let listed = try await Program.zdupgrade(["runs", "--log_dir", run.logs]).output.split(separator: "\n")
      let id = try #require(listed.dropFirst().first?.split(separator: " ").first)
      let planless = try await Self.told(run, [String(id)])
      #expect(planless.run == id && planless.state == "ended" && !planless.isAsked && planless.notices.count == 1)
      #expect(planless.nodes.map(\.journal) == ["not begun", "not begun", "not begun"])
    }
  }
}
