import Dispatch
import Foundation
import Live
import Synchronization

/// The whole terminal, as a screen that is drawn again and again; the terminal is left as it was found.
///
/// Nobody waits for a terminal: what it cannot take now is not drawn.
final class TerminalScreen: Sendable {
  /// Columns and rows.
  struct Size: Sendable, Hashable {
    let width: Int
    let height: Int
  }

  private struct State {
    /// What the screen shows; empty where nobody knows.
    var shown: [String] = []
    var size: Size?
    var isDrawing = false
    var isLeft = false
  }

  private let terminal: Int32
  private let settings: termios
  private let isColored: Bool
  private let queue = DispatchQueue(label: "zdupgrade.screen")
  private let state = Mutex(State())
  /// `_POSIX_VDISABLE` on Linux.
  private static let noCharacter: cc_t = 0
  /// The smallest on which the view is of use.
  private static let smallest = Size(width: 40, height: 10)

  /// Takes the terminal; nil where progress does not go to one, or this process may not use it alone.
  init?(environment: [String: String] = ProcessInfo.processInfo.environment) {
    let kind = environment["TERM"] ?? ""
    guard isatty(STDERR_FILENO) == 1, !kind.isEmpty, kind != "dumb" else { return nil }
    let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard terminal >= 0 else { return nil }
    var settings = termios()
    guard tcgetpgrp(terminal) == getpgrp(), tcgetattr(terminal, &settings) == 0,
      let size = Self.size(of: terminal), size.width >= Self.smallest.width, size.height >= Self.smallest.height
    else {
      close(terminal)
      return nil
    }
    (self.terminal, self.settings) = (terminal, settings)
    isColored = environment["NO_COLOR"].map(\.isEmpty) ?? true
    var silent = settings
    // Signals from the keyboard stay on, but for the one that would stop the run in its midst.
    silent.c_lflag &= ~tcflag_t(ICANON | ECHO)
    silent.c_iflag &= ~tcflag_t(IXON)
    withUnsafeMutableBytes(of: &silent.c_cc) {
      ($0[Int(VMIN)], $0[Int(VTIME)], $0[Int(VSUSP)]) = (0, 0, Self.noCharacter)
    }
    _ = tcsetattr(terminal, TCSANOW, &silent)
    // Alternate screen, no cursor, no wrapping at the right edge.
    write("\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[2J")
  }

  /// The terminal's size now; nil when it is gone.
  var size: Size? { Self.size(of: terminal) }

  private static func size(of terminal: Int32) -> Size? {
    var size = winsize()
    guard ioctl(terminal, UInt(TIOCGWINSZ), &size) == 0 else { return nil }
    return Size(width: Int(size.ws_col), height: Int(size.ws_row))
  }

  /// The keys that were pressed since the last look.
  func keys() -> [LiveKey] {
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = read(terminal, &buffer, buffer.count)
    return count > 0 ? LiveKey.keys(in: Array(buffer[..<count])) : []
  }

  /// Shows `lines`, of which those are written that have changed; false where the last ones are still being written.
  @discardableResult
  func draw(_ lines: [LiveLine], _ size: Size) -> Bool {
    // At the right edge the cursor stays on the last column, which must not be erased.
    let texts = lines.map { $0.codes(inColor: isColored) + ($0.columns < size.width ? "\u{1B}[K" : "") }
    let change = state.withLock { state -> String? in
      guard !state.isDrawing, !state.isLeft else { return nil }
      let isResized = state.size != size
      let changed = texts.indices.filter {
        isResized || !state.shown.indices.contains($0) || state.shown[$0] != texts[$0]
      }
      (state.shown, state.size) = (texts, size)
      guard !changed.isEmpty else { return "" }
      state.isDrawing = true
      return (isResized ? "\u{1B}[2J" : "") + changed.map { "\u{1B}[\($0 + 1);1H\(texts[$0])" }.joined()
    }
    guard let change else { return false }
    guard !change.isEmpty else { return true }
    queue.async { [self] in
      // At once, where the terminal can do that.
      write("\u{1B}[?2026h\(change)\u{1B}[?2026l")
      state.withLock { $0.isDrawing = false }
    }
    return true
  }

  /// Leaves the terminal as it was; what was shown before is there again.
  func leave() {
    let isFirst = state.withLock { state in
      defer { state.isLeft = true }
      return !state.isLeft
    }
    guard isFirst else { return }
    let done = DispatchSemaphore(value: 0)
    queue.async { [self] in
      write("\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l")
      done.signal()
    }
    _ = done.wait(timeout: .now() + .seconds(2))
    var settings = settings
    _ = tcsetattr(terminal, TCSANOW, &settings)
    tcflush(terminal, TCIFLUSH)
  }

  private func write(_ text: String) { ProgressOutput.write(text, to: terminal) }
}
