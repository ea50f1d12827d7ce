import Foundation
import Upgrade

/// Asks the operator what to do while the run is paused: on the terminal where there is one, else by signals.
actor PausePrompt: EventReader {
  private let control: RunControl
  private let screen: LiveView?
  private var asking: Task<Void, Never>?

  /// A prompt that ends the pauses of `control`; while `screen` shows the run, its keys do.
  init(_ control: RunControl, screen: LiveView?) { (self.control, self.screen) = (control, screen) }

  /// Asks when a pause begins, and no longer when it ends.
  func read(_ event: Event) {
    switch event {
    case .paused where screen?.isShown == true: break
    case .paused:
      let signals = "kill -USR1 \(getpid()) goes on, kill -INT \(getpid()) ends the run"
      guard Prompt.isPossible else { return Console.progress(["paused: \(signals)"]) }
      Console.progress(["paused: Enter goes on, 's' and Enter ends the run here (or \(signals))"])
      asking = Task.detached { [control] in
        guard let answer = await TerminalLine.read() else { return }
        if answer.hasPrefix("s") { await control.stop(because: "the operator ended it") } else { await control.goOn() }
      }
    case .resumed, .runEnded:
      asking?.cancel()
      asking = nil
    default: break
    }
  }
}
