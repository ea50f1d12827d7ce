import Foundation
import Lab
import Testing

/// A blue-green stage for one test, under traffic, and `zdupgrade bluegreen` run against it.
struct BlueGreenStage: Sendable {
  let lab: BlueGreenLab
  let traffic: TrafficClient

  /// A stage for `profile`. It is taken down behind `body`, and then no request may have failed and no process may be left.
  static func with(
    _ profile: BlueGreenProfile = .major, _ change: (inout BlueGreenOptions) -> Void = { _ in },
    _ body: (BlueGreenStage) async throws -> Void
  ) async throws {
    var options = BlueGreenOptions(program: "\(Program.folder)/zdulab")
    (options.documents, options.bounceDelay) = (60, 300)
    change(&options)
    options.take(profile)
    let lab = try await BlueGreenLab.up(options)
    let stage = BlueGreenStage(
      lab: lab,
      traffic: TrafficClient(url: lab.api(at: lab.balancerURL), rate: 5, timeout: .seconds(20), isNumbered: true))
    let result: Result<Void, any Error>
    do {
      await stage.traffic.begin()
      result = .success(try await body(stage))
    } catch {
      result = .failure(error)
    }
    let report = await stage.traffic.stop()
    await lab.down()
    try result.get()
    #expect(report.failed == 0 && report.total > 0, "\(report.failures.prefix(3))")
    #expect(lab.processes.isEmpty)
  }

  /// The folder of the runs' logs.
  var logs: String { "\(lab.directory)/logs-of-zdupgrade" }
  /// The old gateways' names.
  var old: [String] { lab.description.old.map(\.name) }
  /// The new gateways' names.
  var new: [String] { lab.description.new.map(\.name) }

  /// Runs `zdupgrade bluegreen COMMAND`, which has no terminal.
  func bluegreen(_ command: String, _ more: String...) async throws -> Program.Result {
    let config = ["run", "plan"].contains(command) ? ["--config", lab.upgradeFile] : []
    let logs = command == "plan" ? [] : ["--log_dir", logs]
    return try await Program.zdupgrade(["bluegreen", command] + config + logs + more)
  }

  /// Runs `zdupgrade gateway COMMAND` on `node`.
  func gateway(_ command: [String], on node: String) async throws -> Program.Result {
    try await Program.zdupgrade(["gateway"] + command + ["--config", lab.upgradeFile, "--node", node])
  }

  /// The logs of `node`.
  func log(of node: String) throws -> String {
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(logs)/\(node)").sorted()
    return try names.map { try String(contentsOfFile: "\(logs)/\(node)/\($0)", encoding: .utf8) }.joined()
  }

  /// Changes the configuration file.
  func edit(_ change: (inout [String: Any]) -> Void) throws {
    let url = URL(fileURLWithPath: lab.upgradeFile)
    var file = try JSONSerialization.jsonObject(with: Data(contentsOf: url)) as? [String: Any] ?? [:]
    change(&file)
    try JSONSerialization.data(withJSONObject: file).write(to: url)
  }

  /// Runs `body` with the configuration file changed, and puts the file back.
  func edited<T>(_ change: (inout [String: Any]) -> Void, _ body: () async throws -> T) async throws -> T {
    let before = try Data(contentsOf: URL(fileURLWithPath: lab.upgradeFile))
    try edit(change)
    do {
      let result = try await body()
      try before.write(to: URL(fileURLWithPath: lab.upgradeFile))
      return result
    } catch {
      try before.write(to: URL(fileURLWithPath: lab.upgradeFile))
      throw error
    }
  }

  /// Sets times of the configuration file, in seconds.
  func setTimes(_ times: [String: Int]) throws {
    try edit { file in
      file["timeouts"] = ((file["timeouts"] as? [String: Any]) ?? [:]).merging(times) { $1 }
    }
  }

  /// The calls that `node` has answered well and that are to change something.
  func changes(of node: String) throws -> [String] {
    try ["POST", "PUT", "DELETE"].flatMap { try calls($0, of: node) }
  }

  /// Sees that no webhook is left on `nodes`.
  func expectNoWebhooks(on nodes: [String]) async throws {
    for node in nodes {
      let list = try await gateway(["webhook", "list"], on: node)
      #expect(list.code == 0 && list.output.isEmpty, "\(node): \(list.output)\(list.errors)")
    }
  }

  /// The calls `METHOD PATH` that `node` has answered well, as lines of JSON; the path is below `/rest/apigateway`.
  func calls(_ method: String, _ path: String? = nil, of node: String) throws -> [String] {
    guard let text = try? String(contentsOfFile: lab.calls(of: node), encoding: .utf8) else { return [] }
    return try text.split(separator: "\n").compactMap { line in
      let call = try JSONDecoder().decode(Call.self, from: Data(line.utf8))
      guard call.method == method, call.path == path ?? call.path, call.status < 300 else { return nil }
      return String(line)
    }
  }

  private struct Call: Decodable {
    let method: String
    let path: String
    let status: Int
  }

  /// The books once the new gateways, which flush at their end, are stopped: nothing may be missing.
  ///
  /// - Parameter isCountingAll: whether every request that was sent must be counted, each once.
  func expectComplete(isCountingAll: Bool) async throws {
    let report = await traffic.stop()
    for node in lab.description.nodes { try await lab.stop(node.name) }
    let account = try await lab.account()
    #expect(account.isComplete && account.duplicated == 0, "\(account.text)")
    if isCountingAll {
      #expect(account.total == report.total, "\(account.text), \(report.total) requests")
    }
  }
}
