import Foundation
import Upgrade

/// Asks the operator what to do while the run is paused: on the terminal where there is one, else by signals.
actor PausePrompt: EventReader {
  private let control: RunControl
  private var asking: Task<Void, Never>?

  /// A prompt that ends the pauses of `control`.
  init(_ control: RunControl) { self.control = control }

  /// Asks when a pause begins, and no longer when it ends.
  func read(_ event: Event) {
    switch event {
    case .paused:
      let signals = "kill -USR1 \(getpid()) goes on, kill -INT \(getpid()) ends the run"
      guard Prompt.isPossible else { return Console.progress(["paused: \(signals)"]) }
      Console.progress(["paused: Enter goes on, 's' and Enter ends the run here (or \(signals))"])
      asking = Task.detached { [control] in
        guard let answer = await Self.line() else { return }
        if answer.hasPrefix("s") { await control.stop(because: "the operator ended it") } else { await control.goOn() }
      }
    case .resumed, .runEnded:
      asking?.cancel()
      asking = nil
    default: break
    }
  }

  /// The line that is typed; nil when the task is cancelled or the terminal is gone.
  private static func line() async -> String? {
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
