import CommandHandlers
import Upgrade

/// Task B: command after command over one connection.
struct ChatterBench: Sendable {
  let farm: BenchFarm
  let host: String
  let count: Int

  func run() async throws -> BenchResult {
    let handler = SSHCommandHandler(targets: farm.targets([host]))
    try await handler.connect(to: host)
    var troubles: [String?] = []
    var times: [Duration] = []
    let clock = ContinuousClock()
    for _ in 0..<count {
      let began = clock.now
      troubles.append(await trouble(handler))
      times.append(clock.now - began)
    }
    await handler.disconnect()
    times.sort()
    guard !times.isEmpty else { return BenchResult(of: []) }
    return BenchResult(
      of: troubles,
      figures: [
        .init("p50_ms", milliseconds: times[times.count / 2]),
        .init("p90_ms", milliseconds: times[times.count * 9 / 10]),
        .init("mean_ms", milliseconds: times.reduce(.zero, +) / times.count),
      ])
  }

  private func trouble(_ handler: SSHCommandHandler) async -> String? {
    do {
      let exit = try await handler.run(ShellCommand("true"), on: host, timeout: nil) { _ in }
      return exit == .code(0) ? nil : "\(host): \(exit)"
    } catch {
      return "\(host): \(error)"
    }
  }
}
