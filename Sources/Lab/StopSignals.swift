import Dispatch
import Glibc

/// SIGTERM and SIGINT as a stream; from its making on they end the process no more.
// @unchecked: the sources are kept alive and cancelled, nothing else; both are safe from any thread.
final class StopSignals: @unchecked Sendable {
  /// The signals' numbers, as they come.
  let numbers: AsyncStream<Int32>
  private let sources: [any DispatchSourceSignal]

  init() {
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
    numbers = stream
    sources = [SIGTERM, SIGINT].map { number in
      // On Linux, Dispatch catches the signal itself; one that is ignored would never reach it.
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler { continuation.yield(number) }
      source.resume()
      return source
    }
  }

  deinit {
    for source in sources { source.cancel() }
  }
}
