import Foundation
import UnixSignals

/// Turns the first SIGINT or SIGTERM into a call; the second ends the process at once. A lost terminal ends nothing, and
/// SIGUSR1 ends a pause.
struct StopSignals {
  private let listener: Task<Void, Never>

  /// Calls `stop` with the signal's name, once, and `goOn` for each SIGUSR1. The signals are caught when this returns.
  init(
    goOn: @escaping @Sendable () async -> Void, _ stop: @escaping @Sendable (String) async -> Void
  ) async {
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup, .sigusr1)
    listener = Task {
      var isStopping = false
      for await signal in signals where signal != .sighup {
        if signal == .sigusr1 {
          await goOn()
          continue
        }
        if isStopping { Foundation.exit(128 + (signal == .sigint ? SIGINT : SIGTERM)) }
        isStopping = true
        await stop(signal == .sigint ? "SIGINT" : "SIGTERM")
      }
    }
  }

  /// Ends listening.
  func end() { listener.cancel() }
}
