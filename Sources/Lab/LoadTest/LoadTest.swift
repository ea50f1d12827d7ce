import FoundationEssentials
import Upgrade

/// Whole upgrades under load, one after the other, and what became of every request.
public struct LoadTest: Sendable {
  private let options: LoadTestOptions
  private let say: @Sendable (String) -> Void
  private let tell: @Sendable (String) -> Void

  /// A load test.
  ///
  /// - Parameters:
  ///   - say: prints the result.
  ///   - tell: prints what is going on.
  public init(
    _ options: LoadTestOptions, say: @escaping @Sendable (String) -> Void, tell: @escaping @Sendable (String) -> Void
  ) {
    self.options = options
    self.say = say
    self.tell = tell
  }

  /// Runs them all; whatever happens, every lab is gone when it returns. The logs of upgrades that were not as they must
  /// be are kept.
  ///
  /// - Returns: 0 when each ended as it must and no request was lost, duplicated or wrong where none may be, else 1.
  /// - Throws: `Failure` when a lab or `zdupgrade` does not start; `CancellationError`.
  public func run() async throws -> Int32 {
    var results: [LoadTrialResult] = []
    for trial in trials {
      tell("load test: \(trial.title)")
      let logs = try LabFolder.make(LabFolder.new("zdupgrade-logs-"))
      do {
        let result = try await trial.run(logs: logs)
        results.append(result)
        report(result)
      } catch {
        try? FileManager.default.removeItem(atPath: logs)
        throw error
      }
    }
    say(PlainTable(header: LoadTrialResult.header, rows: results.map(\.cells)).text)
    say(
      "ONE INSTANCE, OUTLIVING: errors/requests that count apart: groups with one instance; connections past the drain")
    return results.allSatisfy(\.isGood) ? 0 : 1
  }

  private var trials: [LoadTrial] {
    options.balancers.flatMap { balancer in
      options.nodes.flatMap { nodes in
        options.cases.map { LoadTrial(balancer: balancer, nodes: nodes, kind: $0, options: options) }
      }
    }
  }

  private func report(_ result: LoadTrialResult) {
    for line in result.complaints { tell("load test: \(line)") }
    if result.isGood {
      tell("load test: as it must be, after \(result.report.duration / 1000) s")
      try? FileManager.default.removeItem(atPath: result.logs)
    } else {
      tell("load test: not as it must be; the logs are in \(result.logs)")
    }
  }
}
