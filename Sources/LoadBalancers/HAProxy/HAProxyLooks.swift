import Upgrade

/// Looks at all HAProxy processes: who wants to, while others look, gets the look that begins next. Each tells about all
/// servers, and many nodes are upgraded at the same time.
struct HAProxyLooks: Sendable {
  private let runtimes: [HAProxyRuntime]
  private let turns = Turns<Void, [HAProxySnapshot]>()

  init(_ runtimes: [HAProxyRuntime]) { self.runtimes = runtimes }

  /// What all processes say, behind the call.
  func snapshots() async throws -> [HAProxySnapshot] {
    try await turns.answer(to: ()) { requests in
      let outcome = await look()
      return requests.map { _ in outcome }
    }
  }

  private func look() async -> Result<[HAProxySnapshot], any Error> {
    var snapshots: [HAProxySnapshot] = []
    do { for runtime in runtimes { snapshots.append(try await runtime.snapshot()) } } catch { return .failure(error) }
    return .success(snapshots)
  }
}
