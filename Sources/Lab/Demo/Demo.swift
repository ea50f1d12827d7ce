import Upgrade

/// Shows an upgrade from start to end: a lab, traffic through the load balancer, `zdupgrade`, and what the traffic saw.
public struct Demo: Sendable {
  private let options: DemoOptions
  private let say: @Sendable (String) -> Void

  /// A demo; `say` prints a line or several.
  public init(_ options: DemoOptions, say: @escaping @Sendable (String) -> Void) {
    self.options = options
    self.say = say
  }

  /// The least number of requests after which a demo may end.
  static let leastRequests = 500

  /// Runs it; whatever happens, the lab is gone when it returns.
  ///
  /// - Returns: the exit code of `zdupgrade`, but 1 when a request failed.
  /// - Throws: `Failure` when the lab or `zdupgrade` does not start; `CancellationError`.
  public func run() async throws -> Int32 {
    let stage: any DemoStage =
      switch options.subject {
      case .axway(let options): try await AxwayDemoStage(options)
      case .blueGreen(let options): try await BlueGreenDemoStage(options)
      case .containers(let options): try await ContainerDemoStage(options, say: say)
      }
    do {
      let report = try await show(stage)
      await stage.down()
      say(report.text)
      return report.demoExitCode
    } catch {
      await stage.down()
      throw error
    }
  }

  private func show(_ stage: any DemoStage) async throws -> DemoReport {
    let logs = options.isKeepingLogs ? try LabFolder.make(LabFolder.new("zdupgrade-logs-")) : stage.logs
    if options.isKeepingLogs { say("logs: \(logs)") }
    let traffic = await DemoTraffic.begin(
      stage.groups, rate: options.rate, timeout: options.answerTime, isNumbered: stage.isCounting)
    do {
      try await Task.sleep(for: .seconds(1))
      let exitCode = try await stage.upgrade(
        UpgradeProgram(path: options.zdupgrade), options.arguments, logs: logs)
      try await Task.sleep(for: .seconds(1))
      let deadline = ContinuousClock.now + .seconds(60)
      while traffic.hasTraffic, await traffic.total < Self.leastRequests, ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(50))
      }
      let seen = await traffic.stop()
      let answered = (seen.traffic + seen.probes).map { $1.total - $1.failed }.reduce(0, +)
      return DemoReport(
        exitCode: exitCode, ended: JournalWatch.entries(in: logs).last?.status,
        account: try await stage.account(exitCode: exitCode, answered: answered), traffic: seen.traffic,
        probes: seen.probes)
    } catch {
      _ = await traffic.stop()
      throw error
    }
  }
}
