import Axway
import Upgrade

/// One upgrade of a load test: a lab of its own, the load, `zdupgrade`, and what the load saw.
struct LoadTrial: Sendable {
  let balancer: LabBalancer
  let nodes: Int
  let kind: LoadTestOptions.Case
  let options: LoadTestOptions

  /// What it is called in messages.
  var title: String { "\(balancer.title), \(nodes) nodes, \(kind.rawValue)" }

  /// The code with which `zdupgrade` must end.
  var expectedCode: Int32 { kind == .success ? 0 : Phase.apply.failure.code }

  /// Runs it; the lab is gone when it returns or throws.
  ///
  /// - Parameter logs: an empty folder for the logs of `zdupgrade` and what it prints.
  func run(logs: String) async throws -> LoadTrialResult {
    let lab = try await Lab.up(stage)
    do {
      let result = try await show(lab, logs: logs)
      await lab.down()
      return result
    } catch {
      await lab.down()
      throw error
    }
  }

  private var stage: LabOptions {
    let topology =
      nodes < Self.groupedNodes
      ? LabTopology.standard(nodes: nodes) : LabTopology.grouped(nodes: nodes, groups: Self.groups)
    var stage = LabOptions(topology: topology, program: options.program)
    stage.balancer = balancer
    if kind == .rollback { stage.faults = ["\(topology.nodes[nodes * 2 / 3 - 1].name):apply"] }
    return stage
  }

  private static let groupedNodes = 12
  private static let groups = 3

  private func show(_ lab: Lab, logs: String) async throws -> LoadTrialResult {
    let traffic = try LoadTraffic.begin(options.load, on: lab)
    do {
      try await Task.sleep(for: .seconds(2))
      let program = UpgradeProgram(path: options.zdupgrade, output: "\(logs)/zdupgrade.out")
      let code = try await program.run(LabGuide.arguments(for: lab, logs: logs) + options.arguments)
      try await Task.sleep(for: .seconds(2))
      let report = try await traffic.stop()
      let version = kind == .success ? lab.description.newVersion : lab.description.oldVersion
      let strangers = await LabVersions.read(lab).entries.filter { $0.version != version }.map(\.node)
      return LoadTrialResult(trial: self, code: code, report: report, strangers: strangers, logs: logs)
    } catch {
      _ = try? await traffic.stop()
      throw error
    }
  }
}
