import Dispatch
import Foundation

/// Turns the first SIGINT or SIGTERM into a call; the second ends the process as it would have without us.
final class StopSignals: Sendable {
  private let sources: [any DispatchSourceSignal]

  /// Calls `stop` with the signal's name, once.
  init(_ stop: @escaping @Sendable (String) -> Void) {
    let queue = DispatchQueue(label: "zdupgrade.signals")
    sources = [(SIGINT, "SIGINT"), (SIGTERM, "SIGTERM")].map { number, name in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
      source.setEventHandler {
        signal(SIGINT, SIG_DFL)
        signal(SIGTERM, SIG_DFL)
        stop(name)
      }
      source.activate()
      return source
    }
    signal(SIGHUP, SIG_IGN)  // a lost terminal does not end a run
    signal(SIGPIPE, SIG_IGN)
  }

  /// Lets the signals do again what they do to any process.
  func restore() {
    for source in sources { source.cancel() }
    for number in [SIGINT, SIGTERM, SIGHUP] { signal(number, SIG_DFL) }
  }
}
