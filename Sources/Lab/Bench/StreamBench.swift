import SSH
import Upgrade

/// Task C: the output of one command, taken piece by piece and dropped.
struct StreamBench: Sendable {
  let farm: BenchFarm
  let host: String
  let bytes: Int

  func run() async throws -> BenchResult {
    let session: SSHSession
    do { session = try await SSHSession.connect(to: farm.target(host)) } catch let error as SSHError {
      throw Failure(.unreachable, error.message, evidence: error.evidence)
    }
    var received = 0
    var trouble: String?
    let clock = ContinuousClock()
    let began = clock.now
    do {
      let exit = try await session.run("head -c \(bytes) /dev/zero") { received += $0.bytes.count }
      if exit != .code(0) { trouble = "\(host): \(exit)" }
    } catch {
      trouble = "\(host): \(error)"
    }
    let time = clock.now - began
    await session.disconnect()
    if trouble == nil, received != bytes { trouble = "\(host): \(received) bytes came, not \(bytes)" }
    return BenchResult(
      of: [trouble], figures: [.init("bytes", received), .init("seconds", seconds: time / .seconds(1))])
  }
}
