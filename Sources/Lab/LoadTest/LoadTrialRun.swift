import Axway
import Upgrade

/// Runs one upgrade of a load test: a lab of its own, the load, `zdupgrade`, and what the load saw.
struct LoadTrialRun: Sendable {
  let trial: LoadTrial
  let options: LoadTestOptions

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
      trial.nodes < Self.groupedNodes
      ? LabTopology.standard(nodes: trial.nodes) : LabTopology.grouped(nodes: trial.nodes, groups: Self.groups)
    var stage = LabOptions(topology: topology, program: options.program)
    stage.balancer = trial.balancer
    if trial.kind == .rollback { stage.faults = ["\(topology.nodes[trial.nodes * 2 / 3 - 1].name):apply"] }
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
      let version = trial.kind == .success ? lab.description.newVersion : lab.description.oldVersion
      let strangers = await LabVersions.read(lab).entries.filter { $0.version != version }.map(\.node)
      return LoadTrialResult(trial: trial, code: code, report: report, strangers: strangers, logs: logs)
    } catch {
      _ = try? await traffic.stop()
      throw error
    }
  }
}
