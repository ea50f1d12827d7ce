import CommandHandlers
import Synchronization
import Upgrade

/// Task F: connections to many hosts that are all there at once, and what a command on each prints, taken piece by piece.
struct VolumeBench: Sendable {
  let farm: BenchFarm
  let hosts: [String]
  let bytes: Int

  func run() async -> BenchResult {
    let handler = SSHCommandHandler(targets: farm.targets(hosts))
    let received = Mutex(0)
    // Whoever cannot be reached is told by its command.
    _ = await hosts.concurrentMap { try? await handler.connect(to: $0) }
    let troubles = await hosts.concurrentMap { host in
      await trouble(handler, on: host) { count in received.withLock { $0 += count } }
    }
    await handler.disconnect()
    return BenchResult(of: troubles, figures: [.init("bytes", received.withLock { $0 })])
  }

  private func trouble(
    _ handler: SSHCommandHandler, on host: String, _ add: @escaping @Sendable (Int) -> Void
  ) async -> String? {
    let received = Mutex(0)
    do {
      let exit = try await handler.run(ShellCommand("head -c \(bytes) /dev/zero"), on: host, timeout: nil) { output in
        received.withLock { $0 += output.bytes.count }
      }
      let count = received.withLock { $0 }
      add(count)
      if exit != .code(0) { return "\(host): \(exit)" }
      return count == bytes ? nil : "\(host): \(count) bytes came, not \(bytes)"
    } catch {
      return "\(host): \(error)"
    }
  }
}
