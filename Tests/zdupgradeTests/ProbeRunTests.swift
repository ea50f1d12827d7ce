import Foundation
import Lab
import Testing

@Suite("zdupgrade with a probe, against the lab", .serialized)
struct ProbeRunTests {
  @Test("a run under a probe says that none failed, and how fast they were")
  func success() async throws {
    try await LabRun.with { run in
      let url = run.url(of: "Gateway Group")
      let result = try await run.zdupgrade(
        "run", ["--probe", url, "--probe_rate", "50", "--max_failed_probes", "0", "--max_gap", "100ms"])
      #expect(result.code == 0, "\(result.output)\n\(result.errors)")
      let line = try #require(result.output.split(separator: "\n").first { $0.hasPrefix(url) })
      #expect(line.contains(", 0 failed, longest gap 0 ms, p99 "), "\(line)")
      let count = Int(line.dropFirst(url.count + 2).prefix { $0 != " " }.filter(\.isNumber)) ?? 0
      #expect(count > 100, "\(line)")
      #expect(try run.log().contains(String(line)), "the summary is in the log too")
      #expect(result.errors.contains("probe: GET \(url), expecting 200, 50 a second"))
      #expect(!result.output.contains("Probe budget spent"))
    }
  }

  @Test("a probe that is not answered before the run is a problem like any other: all are named, nothing is touched")
  func wrongProbe() async throws {
    try await LabRun.with { run in
      let good = run.url(of: "Gateway Group")
      let bad = "http://127.0.0.1:1/ping"
      let result = try await run.zdupgrade("run", ["--probe", bad, "--probe", good, "--probe", good + "/no-such-page"])
      #expect(result.code == 80 && result.output.isEmpty)
      #expect(
        result.errors.contains(
          "probe \(bad): 3 of 3 failed before anything was changed: the connection was refused; check the probe's URL"))
      #expect(!result.errors.contains("probe \(good): "))
      #expect(try run.log().contains("probe \(bad): 3 of 3 failed"))
      #expect(LabStatus(of: run.lab).nodes.allSatisfy { $0.upgrade == "not started" })
    }
  }

  @Test("a gap that is longer than allowed stops the run, and the summary says when, why and what was in hand")
  func spentBudget() async throws {
    try await LabRun.with { run in
      let url = run.url(of: "GatewayManager Group")
      // The node of the group with one instance goes first, so that there is something left that is not done.
      let result = try await run.zdupgrade("run", ["--anm_host", "node-c.lab", "--probe", url, "--max_gap", "100ms"])
      #expect(result.code != 0, "\(result.output)\n\(result.errors)")
      let breach = try #require(result.output.split(separator: "\n").first { $0.hasPrefix("Probe budget spent at 2") })
      #expect(breach.contains(": \(url): no good answer for "), "\(breach)")
      #expect(breach.contains(" ms, 100 ms are allowed; in hand: Node-C: "), "\(breach)")
      // The node in hand is put back where it still drained, else finished; no other is begun.
      let versions = await run.versions()
      #expect(versions[..<2] == ["7.5.3", "7.5.3"])
      let isPutBack = result.output.contains("given up: ")
      #expect(versions[2] == (isPutBack ? "7.5.3" : "7.7"), "\(result.output)")
      let log = try run.log()
      let failed = log.components(separatedBy: "probe \(url): failed at ").count - 1
      #expect(failed > 1, "each failed probe is in the log")
      #expect(result.errors.components(separatedBy: "probe \(url): FAILING since ").count - 1 == 1)
      #expect(!result.errors.contains("probe \(url): failed at "), "and not on the console")
      let line = try #require(result.output.split(separator: "\n").first { $0.hasPrefix(url) })
      #expect(line.contains(" \(failed) failed, longest gap "), "\(line)")
    }
  }

  @Test(
    "the topology's probes are always on; --probe with the URL of one means that one, with its headers, shown nowhere")
  func topologyProbes() async throws {
    try await LabRun.with { run in
      let url = run.url(of: "Gateway Group")
      try run.addToTopology(["probes": [["url": url, "headers": ["X-Token": ["file": "token"]]]]])
      try "hunter2\n".write(toFile: "\(run.lab.directory)/token", atomically: true, encoding: .utf8)
      let plan = try await run.zdupgrade("plan", ["--offline", "--probe", url, "--max_gap", "0.5"])
      #expect(plan.code == 0, "\(plan.errors)")
      let question = "# - probe during the run: GET \(url), expecting 200, with X-Token, 10 a second, each within 2 s\n"
      #expect(plan.output.components(separatedBy: question).count == 2, "\(plan.output)")
      #expect(
        plan.output.contains("# - probe budget for each of them: no gap over 500 ms; when it is spent: abort\n"))
      let result = try await run.zdupgrade()
      #expect(result.code == 0 && result.output.contains("\n\(url): "), "\(result.output)\n\(result.errors)")
      for text in [plan.output, plan.errors, result.output, result.errors, try run.log()] {
        #expect(!text.contains("hunter2"))
      }
    }
  }
}

@Suite("zdupgrade's probe options")
struct ProbeOptionTests {
  @Test(
    "what is wrong with them is said in one line, exits 80 and touches nothing",
    arguments: [
      (["--max_gap", "1"], "--max_gap: there is no probe; give --probe URL, or probes in the file"),
      (["--max_failed_probes", "1"], "--max_failed_probes: there is no probe"),
      (
        ["--probe", "http://a/", "--on_breach", "abort"], "--on_breach: nothing is limited; give --max_failed_probes or"
      ),
      (["--probe", "api/ping"], "--probe: 'api/ping' is no URL like https://api.example.com/ping"),
      (["--probe", "https://u:p@a/"], "--probe: holds a user or password"),
      (["--probe", "http://a/", "--probe_rate", "0"], "--probe_rate: is 0, must be 1 to 1000"),
      (["--probe", "http://a/", "--probe_timeout", "0"], "--probe_timeout: is 0, must be 0.01 to 300 seconds"),
      (["--probe", "http://a/", "--probe_timeout", "fast"], "--probe_timeout: 'fast' is no time like 2, 0.5 or 500ms"),
      (["--probe", "http://a/", "--max_gap=-1"], "--max_gap: '-1' is no time like 2, 0.5 or 500ms"),
      (["--probe", "http://a/", "--max_gap", "1e3"], "--max_gap: '1e3' is no time"),
      (["--probe", "http://a/", "--max_failed_probes=-1"], "--max_failed_probes: is -1, must be 0 or more"),
      (["--probe", "http://a/", "--max_gap", "1", "--on_breach", "panic"], "on_breach"),
    ])
  func wrong(options: [String], message: String) async throws {
    try await withTemporaryFolder { folder in
      let result = try await Program.zdupgrade(
        ["--old_install_dir", "/o", "--new_install_dir", "/n", "--no_cassandra"] + options, directory: folder)
      #expect(result.code == 80)
      #expect(result.errors.hasPrefix("zdupgrade: ") && result.errors.contains(message), "\(result.errors)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  @Test("times are seconds, also fractions, or milliseconds", arguments: ["0.5", "500ms", "0.5s", ".5"])
  func times(text: String) async throws {
    let plan = try await Program.zdupgrade([
      "plan", "--offline", "--old_install_dir", "/o", "--new_install_dir", "/n", "--no_cassandra", "--probe",
      "http://a/", "--probe_timeout", text, "--max_gap", text,
    ])
    #expect(
      plan.output.contains("each within 0.5 s\n") && plan.output.contains("no gap over 500 ms;"), "\(plan.output)")
  }
}

extension LabRun {
  /// Adds keys to the lab's topology file.
  fileprivate func addToTopology(_ keys: [String: Any]) throws {
    let url = URL(fileURLWithPath: lab.topologyFile)
    var object = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any])
    object.merge(keys) { $1 }
    try JSONSerialization.data(withJSONObject: object).write(to: url)
  }
}
