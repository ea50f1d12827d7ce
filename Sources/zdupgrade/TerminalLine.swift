import Foundation

/// Reads a line from the terminal without holding a thread, and without touching how the terminal is set.
enum TerminalLine {
  /// The line that is typed; nil when the task is cancelled or the terminal is gone.
  static func read() async -> String? {
    let terminal = open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard terminal >= 0 else { return nil }
    defer { close(terminal) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 256)
    while !Task.isCancelled {
      switch Foundation.read(terminal, &buffer, buffer.count) {
      case 0: return nil
      case let count where count > 0:
        bytes += buffer[..<count]
        if bytes.contains(UInt8(ascii: "\n")) { return String(decoding: bytes, as: UTF8.self) }
      case _ where errno == EAGAIN || errno == EINTR: try? await Task.sleep(for: .milliseconds(100))
      default: return nil
      }
    }
    return nil
  }
}
