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
    let lab = try await Lab.up(options.lab)
    do {
      let report = try await show(lab)
      await lab.down()
      say(report.text)
      return report.demoExitCode
    } catch {
      await lab.down()
      throw error
    }
  }

  private func show(_ lab: Lab) async throws -> DemoReport {
    let logs = options.isKeepingLogs ? try LabFolder.make(LabFolder.new("zdupgrade-logs-")) : "\(lab.directory)/logs"
    if options.isKeepingLogs { say("logs: \(logs)") }
    let before = await LabVersions.read(lab)
    let traffic = await DemoTraffic.begin(lab.description.groups, rate: options.rate)
    do {
      try await Task.sleep(for: .seconds(1))
      let exitCode = try await UpgradeProgram(path: options.zdupgrade).run(
        LabGuide.arguments(for: lab, logs: logs) + options.arguments)
      try await Task.sleep(for: .seconds(1))
      let deadline = ContinuousClock.now + .seconds(60)
      while traffic.hasTraffic, await traffic.total < Self.leastRequests, ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(50))
      }
      let seen = await traffic.stop()
      return DemoReport(
        exitCode: exitCode, before: before, after: await LabVersions.read(lab), traffic: seen.traffic,
        probes: seen.probes)
    } catch {
      _ = await traffic.stop()
      throw error
    }
  }
}
