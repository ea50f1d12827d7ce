import SSH
import Upgrade

/// Task A: a login and one command on each of many hosts, all at once.
struct FanOutBench: Sendable {
  let farm: BenchFarm
  let hosts: [String]

  func run() async -> BenchResult { BenchResult(of: await hosts.concurrentMap { await trouble(on: $0) }) }

  /// What went wrong on `host`; nil where nothing did.
  private func trouble(on host: String) async -> String? {
    do {
      let session = try await SSHSession.connect(to: farm.target(host))
      let exit = try await session.run("true") { _ in }
      await session.disconnect()
      return exit == .code(0) ? nil : "\(host): \(exit)"
    } catch {
      return "\(host): \(error)"
    }
  }
}
