import Foundation
import Lab
import Testing

/// A lab for one test, and `zdupgrade` run against it.
struct LabRun {
  let lab: Lab

  /// A lab with these faults; it is taken down behind `body`, and no process of it may be left.
  static func with(
    faults: [String] = [], nodes: Int = 3, balancer: LabBalancer = .nginx, _ body: (LabRun) async throws -> Void
  ) async throws {
    var options = LabOptions(topology: LabTopology.standard(nodes: nodes), program: "\(Program.folder)/zdulab")
    options.faults = faults
    options.balancer = balancer
    let lab = try await Lab.up(options)
    do {
      try await body(LabRun(lab: lab))
    } catch {
      await lab.down()
      throw error
    }
    await lab.down()
    #expect(lab.processes.isEmpty)
  }

  /// The folder of the run's logs.
  var logs: String { "\(lab.directory)/logs" }

  /// The URL of a group behind the balancer.
  func url(of group: String) -> String {
    lab.description.groups.first { $0.name == group }.map { "\($0.url)/" } ?? "no such group"
  }

  /// Runs `zdupgrade COMMAND` with the lab's options and `more`; the downtime of single instances is accepted.
  func zdupgrade(_ command: String = "run", _ more: [String] = []) async throws -> Program.Result {
    try await Program.zdupgrade(arguments(command, more + LabGuide.acceptedDowntime(for: lab)))
  }

  /// The lab's options and `more`, without the acceptance of any downtime.
  func arguments(_ command: String = "run", _ more: [String] = []) -> [String] {
    let secrets = ["--password_file", lab.passwordFile, "--domain_passphrase_file", lab.domainPassphraseFile]
    let logs = command == "run" ? ["--log_dir", logs] : []
    return [
      command, "--config", lab.topologyFile, "--cass_host", "cassandra.lab", "--shutdown_time", "5", "--startup_time",
      "10",
    ] + secrets + logs + more
  }

  /// The lines of the newest journal in `folder`, by default the logs', when one of them contains all `parts`.
  func journal(in folder: String? = nil, with parts: [String]) async throws -> [String] {
    let folder = folder ?? logs
    for _ in 0..<6000 {
      let ids = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasPrefix("20") }
      if let id = ids.max(), let text = try? String(contentsOfFile: "\(folder)/\(id)/journal.jsonl", encoding: .utf8) {
        let lines = text.split(separator: "\n").map(String.init)
        if lines.contains(where: { line in parts.allSatisfy(line.contains) }) { return lines }
      }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("the journal never had \(parts)")
    return []
  }

  /// The newest run in `folder`, by default the logs', and the process that began it, once its journal has a line with
  /// all `parts`.
  func process(in folder: String? = nil, with parts: [String]) async throws -> (run: String, pid: pid_t) {
    let first = try #require(try await journal(in: folder, with: parts).first)
    let run = try #require(first.firstMatch(of: /"run":"([^"]+)"/))
    let pid = try #require(first.firstMatch(of: /"processID":([0-9]+),/).flatMap { pid_t($0.1) })
    return (String(run.1), pid)
  }

  /// Changes the lab's topology file.
  func editTopology(_ change: (inout [String: Any]) -> Void) throws {
    let url = URL(fileURLWithPath: lab.topologyFile)
    var topology = try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any] ?? [:]
    change(&topology)
    try JSONSerialization.data(withJSONObject: topology).write(to: url)
  }

  /// The version that answers on each node's instance.
  func versions() async -> [String?] { await LabVersions.read(lab).entries.map(\.version) }

  /// The log of `node`, or of the run.
  func log(_ node: String? = nil) throws -> String {
    let folder = node.map { "\(logs)/\($0)" } ?? logs
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".log") }.sorted()
    return try names.map { try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8) }.joined()
  }
}
