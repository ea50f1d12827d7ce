import Foundation
import Upgrade

/// Asks on the terminal, without showing what is typed where that is a secret.
enum Prompt {
  /// What Ctrl-C sends.
  private static let interrupt: UInt8 = 3

  /// Whether there is a terminal to ask on.
  static var isPossible: Bool {
    let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
    guard terminal >= 0 else { return false }
    close(terminal)
    return isatty(STDIN_FILENO) == 1
  }

  /// The line that is typed after `question`.
  ///
  /// Signals from the keyboard are off while it is typed, and others that would end the process wait until the terminal
  /// is as it was, so that nothing can leave it without echo. A lost terminal ends nothing here either; it is an end of
  /// the input.
  ///
  /// - Parameter isShown: whether what is typed is shown.
  /// - Throws: `Failure` of kind `.cancelled` on Ctrl-C, Ctrl-D or the end of the input.
  static func ask(_ question: String, isShown: Bool = false) throws(Failure) -> String {
    let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC)
    guard terminal >= 0 else { throw Failure(.refused, "there is no terminal to ask on") }
    defer { close(terminal) }
    let signals = HeldSignals()
    defer { signals.release() }
    var settings = termios()
    guard tcgetattr(terminal, &settings) == 0 else { throw Failure(.refused, "the terminal cannot be set to no echo") }
    var silent = settings
    silent.c_lflag &= ~tcflag_t(isShown ? ISIG : ECHO | ISIG)
    // Without signals Ctrl-C is a character like any other; as an end of line it is seen at once.
    withUnsafeMutableBytes(of: &silent.c_cc) { $0[Int(VEOL)] = interrupt }
    guard tcsetattr(terminal, TCSAFLUSH, &silent) == 0 else {
      throw Failure(.refused, "the terminal cannot be set to no echo")
    }
    defer {
      _ = tcsetattr(terminal, TCSAFLUSH, &settings)
      if !isShown { write(question: "\n", to: terminal) }
    }
    write(question: question, to: terminal)
    return try line(from: terminal, unless: signals)
  }

  /// Sees that the operator wants what was shown: by an option, or by a yes to `question`.
  ///
  /// - Throws: `Failure` of kind `.refused` when there is no terminal, `.cancelled` when the answer is not `yes`.
  static func confirm(_ question: String, isConfirmed: Bool) throws(Failure) {
    guard !isConfirmed else { return }
    guard isPossible else {
      throw Failure(
        .refused, "nothing was changed: there is no terminal to ask on: \(question)", remedy: "add --yes if it is meant"
      )
    }
    let answer = try ask("\(question) [yes/no] ", isShown: true)
    guard answer.lowercased() == "yes" else { throw Failure(.cancelled, "nothing was changed") }
  }

  private static func write(question: String, to terminal: Int32) {
    _ = question.utf8.withContiguousStorageIfAvailable { Foundation.write(terminal, $0.baseAddress, $0.count) }
  }

  private static func line(from terminal: Int32, unless signals: HeldSignals) throws(Failure) -> String {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    var ready = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
    while true {
      if signals.isInterrupted { throw Failure(.cancelled, "a signal was received") }
      if poll(&ready, 1, 100) <= 0 { continue }
      guard read(terminal, &byte, 1) == 1, byte != interrupt else { throw Failure(.cancelled, "nothing was given") }
      if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(byte)
    }
  }
}
