import Foundation
import UnixSignals

/// Turns SIGINT and SIGTERM into calls: the first stops the run, the second ends it at once, and the third the process, as
/// it is. A lost terminal ends nothing, and SIGUSR1 ends a pause.
struct StopSignals {
  /// How long ending at once may take, all in all.
  private static let limit = Duration.seconds(15)
  private let listener: Task<Void, Never>

  /// Calls `stop` with the first signal's name, `endAtOnce` with the second's, behind which the process ends with 128 and
  /// the signal's number, and `goOn` for each SIGUSR1. The signals are caught when this returns.
  init(
    goOn: @escaping @Sendable () async -> Void, endAtOnce: @escaping @Sendable (String) async -> Void,
    _ stop: @escaping @Sendable (String) async -> Void
  ) async {
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup, .sigusr1)
    listener = Task {
      var count = 0
      for await signal in signals where signal != .sighup {
        if signal == .sigusr1 {
          await goOn()
          continue
        }
        count += 1
        let (name, code) = signal == .sigint ? ("SIGINT", 128 + SIGINT) : ("SIGTERM", 128 + SIGTERM)
        switch count {
        case 1: await stop(name)
        case 2: Self.end(with: code) { await endAtOnce(name) }
        // Not `exit`: other threads are at work in what that would take down.
        default: _exit(code)
        }
      }
    }
  }

  /// Ends listening.
  func end() { listener.cancel() }

  /// Ends the process behind `body`, or when it takes too long; a third signal is listened for meanwhile.
  private static func end(with code: Int32, behind body: @escaping @Sendable () async -> Void) {
    Task {
      await body()
      ProgressOutput.flushAll(within: 2)
      _exit(code)
    }
    Task {
      try? await Task.sleep(for: limit)
      ProgressOutput.flushAll(within: 2)
      _exit(code)
    }
  }
}
