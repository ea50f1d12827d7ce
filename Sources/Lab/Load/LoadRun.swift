import Upgrade

/// A mixed load for a time, or until SIGINT or SIGTERM comes.
public enum LoadRun {
  /// Runs it, and ends it at the latest after a day.
  ///
  /// - Parameter seconds: for how long; nil until a signal comes, which is no error.
  public static func run(_ options: LoadOptions, on lab: Lab, seconds: Int?) async throws -> LoadReport {
    let signals = StopSignals()
    let traffic = try LoadTraffic.begin(options, on: lab)
    await withTaskGroup(of: Void.self) { group in
      group.addTask { for await _ in signals.numbers { return } }
      group.addTask { try? await Task.sleep(for: .seconds(seconds ?? 86_400)) }
      await group.next()
      group.cancelAll()
    }
    return try await traffic.stop()
  }
}
