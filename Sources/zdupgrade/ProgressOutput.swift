import Dispatch
import Glibc
import Synchronization

/// What shows the progress instead of lines on a terminal.
protocol ProgressScreen: AnyObject, Sendable {
  /// Shows what would be written.
  func show(_ lines: [String], isFailure: Bool)
  /// Gives the terminal back.
  func leave()
}

/// Standard error, for those who watch: whoever reads it slowly, has stopped the terminal, or is gone, neither holds up nor
/// ends the run. What nobody has read for long is left out; the run's log has it.
final class ProgressOutput: Sendable {
  /// Of this process.
  static let standard = ProgressOutput(to: STDERR_FILENO)
  /// The same for events on standard output; nothing but events is to be in it.
  static let events = ProgressOutput(to: STDOUT_FILENO, limit: 64 << 20, tellsGaps: false)

  private struct State {
    /// The bytes that wait to be written.
    var waiting = 0
    /// The lines that were left out since the last one that was not.
    var omitted = 0
    /// What shows the lines for now.
    var screen: (any ProgressScreen)?
    /// The lines that are to be written behind it.
    var held: [String] = []
    /// How many lines before them are only in the log.
    var dropped = 0
  }

  private static let keptLines = 5000

  private let descriptor: Int32
  private let limit: Int
  private let tellsGaps: Bool
  private let queue = DispatchQueue(label: "zdupgrade.progress")
  private let state = Mutex(State())

  /// What is written to `descriptor`; no more than `limit` bytes wait for that.
  ///
  /// - Parameter tellsGaps: whether a line says how many others are left out before it.
  init(to descriptor: Int32, limit: Int = 1 << 20, tellsGaps: Bool = true) {
    self.tellsGaps = tellsGaps
    self.descriptor = descriptor
    self.limit = limit
  }

  /// Has `screen` show what is to be written, until that ends; then it is written.
  func divert(to screen: any ProgressScreen) { state.withLock { $0.screen = screen } }

  /// Has the screen give the terminal back, if there is one, and writes what was to be written meanwhile.
  func endDiversion() {
    guard let screen = state.withLock({ $0.screen }) else { return }
    screen.leave()
    let held = state.withLock { state in
      defer { (state.screen, state.held, state.dropped) = (nil, [], 0) }
      return (state.dropped == 0 ? [] : ["(\(state.dropped) lines before these are in the run's log)"]) + state.held
    }
    write(held)
  }

  /// Writes `lines` soon, and does not wait for that.
  func write(_ lines: [String], isFailure: Bool = false) {
    let screen = state.withLock { state in
      guard state.screen != nil else { return nil as (any ProgressScreen)? }
      state.held += lines
      let surplus = state.held.count - Self.keptLines
      if surplus > Self.keptLines {
        state.held.removeFirst(surplus)
        state.dropped += surplus
      }
      return state.screen
    }
    if let screen { return screen.show(lines, isFailure: isFailure) }
    append(lines)
  }

  private func append(_ lines: [String]) {
    let text = lines.map { $0 + "\n" }.joined()
    let omitted = state.withLock { state -> Int? in
      guard state.waiting < limit else {
        state.omitted += lines.count
        return nil
      }
      state.waiting += text.utf8.count
      defer { state.omitted = 0 }
      return state.omitted
    }
    guard let omitted else { return }
    let gap =
      omitted == 0 || !tellsGaps
      ? "" : "(\(omitted) lines are left out here, since nobody has read them; the run's log has them)\n"
    queue.async { [self] in
      Self.write(gap + text, to: descriptor)
      state.withLock { $0.waiting -= text.utf8.count }
    }
  }

  /// Returns when all of this process is written, or after twice so many seconds: before it ends.
  static func flushAll(within seconds: Int = 5) {
    standard.endDiversion()
    standard.flush(within: seconds)
    events.flush(within: seconds)
  }

  /// Returns when all is written, or so many seconds have passed.
  func flush(within seconds: Int = 5) {
    let done = DispatchSemaphore(value: 0)
    queue.async { done.signal() }
    _ = done.wait(timeout: .now() + .seconds(seconds))
  }

  /// Writes `text`; gives up when nobody can read it any more, and tells whether all was written.
  @discardableResult
  static func write(_ text: String, to descriptor: Int32) -> Bool {
    var text = text
    return text.withUTF8 { write(UnsafeRawBufferPointer($0), to: descriptor) }
  }

  /// The same with bytes.
  static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      if count < 0 && errno == EINTR { continue }
      if count < 0 && errno == EAGAIN {
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&ready, 1, -1)
        continue
      }
      guard count > 0 else { return false }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
    return true
  }
}
