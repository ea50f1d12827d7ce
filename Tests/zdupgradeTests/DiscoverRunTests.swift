import Axway
import Foundation
import Lab
import Testing
import Upgrade

@Suite("zdupgrade discover, against a lab", .serialized)
struct DiscoverRunTests {
  /// Runs `discover` with what asks the lab's Admin Node Manager and `more`, without any trust.
  private static func discover(_ run: LabRun, _ more: [String]) async throws -> Program.Result {
    let manager = try #require(run.lab.description.nodes.first)
    return try await Program.zdupgrade(
      [
        "discover", "--anm_host", manager.address, "--anm_port", "\(manager.managementPort)", "--password_file",
        run.lab.passwordFile,
      ] + more, directory: run.lab.directory)
  }

  private static func fingerprint(_ run: LabRun) async throws -> String {
    let shown = try await Program.run(
      "/usr/bin/openssl", ["x509", "-noout", "-fingerprint", "-sha256", "-in", run.lab.certificateFile])
    let pin = try #require(CertificateFingerprint(shown.output.trimmingCharacters(in: .whitespacesAndNewlines)))
    return pin.description
  }

  @Test("the file has the lab's own nodes, groups and Admin Node Managers, and a plan can be made of it")
  func whole() async throws {
    try await LabRun.with { run in
      let own = try TopologyBuilder.topology(file: run.lab.topologyFile)
      let result = try await Self.discover(
        run, ["--fingerprint", try await Self.fingerprint(run), "--no_ssh", "--output", "found.json"])
      #expect(result.code == 0 && result.output.isEmpty, "\(result.errors)")
      #expect(result.errors.contains("note: it is not known which of node-a.lab, node-c.lab is the first"))
      #expect(result.errors.contains("load balancer is to be filled in"))
      let found = try TopologyBuilder.topology(file: "\(run.lab.directory)/found.json")
      #expect(found.nodes.map(\.host) == own.nodes.map(\.host))
      #expect(found.nodes.map(\.nodeManager) == own.nodes.map(\.nodeManager))
      #expect(
        found.nodes.map { $0.instances.map { [$0.name, $0.group] } }
          == own.nodes.map { $0.instances.map { [$0.name, $0.group] } })
      let plan = try await Program.zdupgrade([
        "plan", "--offline", "--config", "\(run.lab.directory)/found.json", "--old_install_dir", "/o",
        "--new_install_dir", "/n", "--cass_host", "c.lab",
      ])
      #expect(plan.code == 0 && plan.output.contains("--anm_host node-a.lab"), "\(plan.errors)")
    }
  }

  @Test("with the existing file, the node that holds the domain's key goes first, and a plan looks at every node")
  func firstManager() async throws {
    try await LabRun.with { run in
      let trust = ["--ca_file", run.lab.certificateFile, "--config", run.lab.topologyFile]
      let same = try await Program.zdupgrade(
        LabGuide.discovery(of: run.lab) + ["--output", "found.json"], directory: run.lab.directory)
      #expect(same.code == 0 && same.errors.contains("note: 'Node-A' holds the domain's key"), "\(same.errors)")
      let file = "\(run.lab.directory)/found.json"
      #expect(try TopologyBuilder.topology(file: file) == TopologyBuilder.topology(file: run.lab.topologyFile))
      let plan = try await Program.zdupgrade([
        "plan", "--config", file, "--cass_host", "c.lab", "--accept_downtime", "GatewayManager Group",
      ])
      #expect(plan.code == 0 && plan.errors.isEmpty, "\(plan.errors)")
      // The key is on another node now, and one node does not answer.
      func keys(_ node: String) -> String { "\(run.lab.directory)/nodes/\(node)/old/apigateway/groups" }
      try FileManager.default.moveItem(atPath: keys("Node-A"), toPath: keys("Node-C"))
      let again = try await Self.discover(run, trust + ["--output", "found.json"])
      #expect(again.code == 80 && again.errors.contains("found.json: is there already; give another file, or --force"))
      let moved = try await Self.discover(run, trust + ["--output", "found.json", "--force"])
      #expect(moved.code == 0 && moved.errors.contains("'Node-C' holds the domain's key: it goes first"))
      #expect(try TopologyBuilder.topology(file: file).nodes.map(\.name) == ["Node-C", "Node-A", "Node-B"])
      try run.editTopology { file in
        guard var nodes = file["nodes"] as? [[String: Any]], var ssh = nodes[2]["ssh"] as? [String: Any] else { return }
        ssh["port"] = 1
        nodes[2]["ssh"] = ssh
        file["nodes"] = nodes
      }
      let unreached = try await Self.discover(run, trust)
      #expect(unreached.code == 0, "\(unreached.errors)")
      #expect(
        unreached.errors.contains(
          "not known which of Node-A, Node-C is the first Admin Node Manager: 'Node-A' has no \(run.lab.directory)/"))
      #expect(unreached.errors.contains("'Node-C' could not be asked: connect to"))
    }
  }

  @Test("whom it does not believe gets no password; what is wrong is said with what to do, and no file is made")
  func trust() async throws {
    try await LabRun.with(nodes: 1) { run in
      let seen = try await Self.fingerprint(run)
      let other = "SHA256:" + String(repeating: "00", count: 32)
      let wrong = "\(run.lab.directory)/wrong"
      try "nope\n".write(toFile: wrong, atomically: true, encoding: .utf8)
      let cases: [([String], String)] = [
        ([], "its certificate is not trusted; its fingerprint is \(seen)"),
        (["--fingerprint", other], "its fingerprint is \(seen); it is not SHA256:00:00:"),
        (["--fingerprint", "SHA256:00"], "--fingerprint: 'SHA256:00' is none"),
        (["--insecure", "--ca_file", "/x"], "--ca_file and --insecure: exclude each other"),
        (["--ca_file", "/no/such"], "--ca_file: /no/such: cannot be read"),
        (["--fingerprint", seen, "--password_file", wrong], "it refuses the user 'admin' or the password (401)"),
        (["--fingerprint", seen, "--username", "x"], "it refuses the user 'x' or the password (401)"),
        (["--fingerprint", seen, "--anm_port", "1"], "cannot connect"),
        (["--config", "/no/such.json"], "/no/such.json: cannot be read: no such file"),
        (["--output", "no/such/t.json"], "--output: no/such/t.json: cannot be made in "),
        (["--output", "."], "--output: .: is a folder"), (["--answer_time", "0"], "--answer_time: is 0"),
        (["--health_url", "http://x/"], "--health_url: 'http://x/' lacks {host}"),
      ]
      for (arguments, message) in cases {
        let result = try await Self.discover(run, ["--no_ssh", "--output", "found.json"] + arguments)
        #expect(result.code == 80 && result.errors.contains(message), "\(arguments): \(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: "\(run.lab.directory)/found.json"))
      }
      let neither = try await Self.discover(run, ["--fingerprint", seen])
      #expect(neither.code == 80 && neither.errors.contains("--old_install_dir: is missing"))
      let insecure = try await Self.discover(run, ["--no_ssh", "--insecure"])
      #expect(insecure.code == 0 && insecure.output.hasPrefix("{"))
      #expect(insecure.errors.hasPrefix("WARNING: --insecure: no certificate is checked."))
    }
  }
}
