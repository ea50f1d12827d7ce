import Foundation
import Lab
import Testing

@Suite("zdupgrade check, as a process against the lab", .serialized)
struct CheckRunTests {
  /// The document of `--format json`.
  struct Document: Decodable {
    struct Entry: Decodable {
      let node: String
      let check: String
      let result: String
      let evidence: String
      let remedy: String?
    }

    let result: String
    let counts: [String: Int]
    let checks: [Entry]

    /// What is no `pass` and was looked at.
    var odd: [Entry] { checks.filter { $0.result == "warn" || $0.result == "fail" } }
  }

  private static func check(
    _ lab: Lab, _ more: [String] = [], isAccepted: Bool = true
  ) async throws -> Program.Result {
    try await Program.zdupgrade(
      ["check", "--config", lab.topologyFile, "--log_dir", "\(lab.directory)/logs", "--connect_time", "5"]
        + (more.contains("--cass_host") ? [] : LabGuide.cassandra(of: lab))
        + (isAccepted ? LabGuide.acceptedDowntime(for: lab) : []) + more)
  }

  private static func document(
    _ lab: Lab, _ more: [String] = [], isAccepted: Bool = true
  ) async throws -> (document: Document, code: Int32) {
    let result = try await check(lab, more + ["--format", "json"], isAccepted: isAccepted)
    #expect(result.errors.isEmpty, "\(result.errors)")
    return (try JSONDecoder().decode(Document.self, from: Data(result.output.utf8)), result.code)
  }

  /// Sees that what was found is exactly what is `wanted`.
  private static func compare(
    _ found: (document: Document, code: Int32), _ wanted: [(check: String, seen: String)], _ title: String
  ) {
    let odd = found.document.odd
    #expect(
      odd.map { "\($0.node) \($0.check) \($0.result)" }.sorted() == wanted.map(\.check).sorted(),
      "\(title): \(odd.map(\.evidence))")
    for (check, seen) in wanted {
      #expect(
        odd.contains { "\($0.node) \($0.check) \($0.result)" == check && $0.evidence.contains(seen) },
        "\(title): \(check): \(seen); found: \(odd.map(\.evidence))")
    }
    #expect(odd.allSatisfy { $0.remedy?.isEmpty == false }, "\(title): each has a remedy")
    let mayStart = !wanted.contains { $0.check.hasSuffix(" fail") }
    #expect(found.code == (mayStart ? 0 : 80), "\(title)")
    #expect((found.document.result == "fail") != mayStart, "\(title)")
  }

  @Test("each seeded problem is found on its node, by its check, with a remedy; unspoilt, the upgrade may start")
  func seeded() async throws {
    try await LabRun.with { run in
      Self.compare(try await Self.document(run.lab), [], "unspoilt")
      var made = 0
      for (problem, node, wanted) in SeededChecks.all {
        guard await LabSeed.obstacle(problem, in: run.lab.directory) == nil else { continue }
        let seed = try LabSeed(run.lab, node: node)
        try await seed.seed(problem)
        Self.compare(try await Self.document(run.lab), wanted, problem.rawValue)
        try await seed.remove(problem)
        made += 1
      }
      #expect(made >= 25)
      Self.compare(try await Self.document(run.lab), [], "unspoilt again")
    }
  }

  @Test("a problem of every kind of option is found without a node being spoilt")
  func options() async throws {
    try await LabRun.with { run in
      let lab = run.lab
      Self.compare(
        try await Self.document(lab, isAccepted: false), [("Node-C capacity fail", "GatewayManager Group")], "downtime")
      let local = try await Self.document(lab, ["--cass_host", "localhost"])
      #expect(local.code == 80 && local.document.odd.contains { $0.check == "options" && $0.result == "fail" })
      Self.compare(
        try await Self.document(lab, ["--probe", "\(lab.description.groups[0].url)/nothing"]),
        [("all probes fail", "3 of 3 failed")], "probe")
      Self.compare(
        try await Self.document(lab, ["--log_dir", "/proc/nowhere/logs"]), [("control node log-folder fail", "/proc")],
        "log folder")
    }
  }

  @Test("it changes nothing, and its text ends with the problems, what to do about each, and the counts")
  func text() async throws {
    try await LabRun.with { run in
      let before = try Self.files(run.lab)
      let good = try await Self.check(run.lab)
      #expect(good.code == 0 && good.errors.isEmpty)
      #expect(good.output.hasPrefix("CHECK "))
      #expect(good.output.hasSuffix("\n\n69 passed, 0 warnings, 0 failed, 5 skipped: the upgrade may start\n"))
      #expect(try Self.files(run.lab) == before, "files were changed on the nodes")
      #expect(!FileManager.default.fileExists(atPath: "\(run.lab.directory)/logs"))
      #expect(LabStatus(of: run.lab).nodes.allSatisfy { $0.upgrade == "not started" && $0.oldProcesses == 2 })
      let first = try LabSeed(run.lab, node: "Node-A")
      let second = try LabSeed(run.lab, node: "Node-B")
      for seed in [first, second] { try await seed.seed(.extraJar) }
      try await second.seed(.noLicence)
      let bad = try await Self.check(run.lab)
      #expect(bad.code == 80)
      let end = try #require(bad.output.range(of: "\nWarnings:\n").map { bad.output[$0.lowerBound...] })
      #expect(
        end.hasPrefix(
          "\nWarnings:\n  Node-A, Node-B: ext-lib: not in the new installation: ext/lib/custom filter.jar\n    -> see ")
      )
      #expect(
        end.hasSuffix(
          "\n\nFailed:\n  Node-B: licences: no licence file in conf/licenses of the new installation\n    -> put the "
            + "licence files (*.lic) for the new version into conf/licenses of the new installation\n\n"
            + "66 passed, 2 warnings, 1 failed, 5 skipped: the upgrade may not start\n"), "\(end)")
      // A run refuses because of it, too: in UPGRADE, when EXPORT is done everywhere.
      let refused = try await run.zdupgrade()
      #expect(refused.code == 71, "\(refused.output)")
    }
  }

  @Test("a load balancer that nobody can ask is told once, and not for every node")
  func balancerSocket() async throws {
    try await LabRun.with(balancer: .haproxy) { run in
      Self.compare(try await Self.document(run.lab), [], "HAProxy")
      let file = "\(run.lab.directory)/haproxy/haproxy.pid"
      for pid in try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").compactMap({ Int32($0) }) {
        #expect(kill(pid, SIGKILL) == 0)
        for _ in 0..<1000 where kill(pid, 0) == 0 { try await Task.sleep(for: .milliseconds(5)) }
      }
      Self.compare(
        try await Self.document(run.lab),
        [("control node load-balancer fail", "\(run.lab.directory)/haproxy/admin.sock")], "HAProxy is dead")
    }
  }

  @Test("a lab in a folder with blanks, quotes and what a shell would run is looked at as any other")
  func hostile() async throws {
    let folder = "\(NSTemporaryDirectory())/zdulab-it's $(touch hacked) \"x\"-\(getpid())"
    var options = LabOptions(topology: LabTopology.standard(nodes: 1), program: "\(Program.folder)/zdulab")
    options.directory = folder
    let lab = try await Lab.up(options)
    do {
      let (document, code) = try await Self.document(lab)
      #expect(code == 0 && document.odd.isEmpty, "\(document.odd)")
    } catch {
      await lab.down()
      throw error
    }
    await lab.down()
  }

  @Test("what was found is named on its node in the list of things to do behind the upgrade")
  func toDo() async throws {
    try await LabRun.with { run in
      try await LabSeed(run.lab, node: "Node-B").seed(.extraJar)
      try await LabSeed(run.lab, node: "Node-A").seed(.changedPermissions)
      let result = try await run.zdupgrade()
      #expect(result.code == 0, "\(result.output)\n\(result.errors)")
      let list = try #require(
        result.output.range(of: "To do after the upgrade:").map { result.output[$0.lowerBound...] })
      #expect(
        list.contains(
          "\n  Node-B: jars in ext/lib of the old installation (not in the new installation: ext/lib/custom"))
      #expect(list.contains("\n  Node-A: conf/acl.json of the old installation was changed by hand: see that"))
      #expect(list.contains("\n  Node-A: settle what the product's tools have warned of (see Warnings)"))
    }
  }

  /// What is in the nodes' installations and homes, with the time of the last change.
  private static func files(_ lab: Lab) throws -> [String: Date] {
    var files: [String: Date] = [:]
    for node in lab.description.nodes {
      for part in ["old", "new", "home"] {
        let root = "\(lab.directory)/nodes/\(node.name)/\(part)"
        for path in try FileManager.default.subpathsOfDirectory(atPath: root) + [""] {
          let attributes = try FileManager.default.attributesOfItem(atPath: "\(root)/\(path)")
          files["\(root)/\(path)"] = attributes[.modificationDate] as? Date
        }
      }
    }
    return files
  }
}
