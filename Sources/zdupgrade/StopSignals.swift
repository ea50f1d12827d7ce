import Foundation
import UnixSignals

/// Turns the first SIGINT or SIGTERM into a call; the second ends the process at once. A lost terminal ends nothing.
struct StopSignals {
  private let listener: Task<Void, Never>

  /// Calls `stop` with the signal's name, once. The signals are caught when this returns.
  init(_ stop: @escaping @Sendable (String) async -> Void) async {
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
    listener = Task {
      var isStopping = false
      for await signal in signals where signal != .sighup {
        if isStopping { Foundation.exit(128 + (signal == .sigint ? SIGINT : SIGTERM)) }
        isStopping = true
        await stop(signal == .sigint ? "SIGINT" : "SIGTERM")
      }
    }
  }

  /// Ends listening.
  func end() { listener.cancel() }
}
