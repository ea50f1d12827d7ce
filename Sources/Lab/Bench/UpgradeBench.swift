import Axway
import FoundationEssentials
import Upgrade

/// Task E: a whole `zdupgrade run` of a lab whose steps take no time, to see what it takes itself.
public struct UpgradeBench: Sendable {
  private let zdupgrade: String
  private let program: String
  private let nodes: Int

  /// A run of `zdupgrade`, a path, on a lab of `nodes` nodes whose simulated programs are run by `program`.
  public init(zdupgrade: String, program: String, nodes: Int = 3) {
    self.zdupgrade = zdupgrade
    self.program = program
    self.nodes = nodes
  }

  /// Runs it; the lab is gone when it returns or throws.
  ///
  /// - Throws: `Failure` when the lab or `zdupgrade` does not start, or the upgrade does not succeed; `CancellationError`.
  public func run() async throws -> BenchResult {
    let lab = try await Lab.up(LabOptions(topology: LabTopology.standard(nodes: nodes), program: program))
    do {
      let result = try await measure(lab)
      await lab.down()
      return result
    } catch {
      await lab.down()
      throw error
    }
  }

  private func measure(_ lab: Lab) async throws -> BenchResult {
    let logs = "\(lab.directory)/logs"
    let output = "\(lab.directory)/zdupgrade.out"
    let began = Date()
    let code = try await UpgradeProgram(path: zdupgrade, output: output).run(LabGuide.arguments(for: lab, logs: logs))
    let ended = Date()
    guard code == 0 else {
      let lines = (TextFile.read(output) ?? "").split(separator: "\n").suffix(10).map(String.init)
      throw Failure(.exit, "\(zdupgrade) run: exit code \(code)", exitCode: code, evidence: lines)
    }
    let times = try RunTimes(JournalWatch.entries(in: logs), began: began, ended: ended)
    return BenchResult(good: times.endedSteps, total: times.steps, figures: times.figures)
  }
}
