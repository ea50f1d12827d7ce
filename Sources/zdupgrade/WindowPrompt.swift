import Foundation
import Upgrade

/// Asks the operator on the terminal whether a node is begun although it does not fit into the change window.
enum WindowPrompt {
  /// Guards the run by `window`; `continuation` is the command line that continues it, and nobody is asked where `isAsking`
  /// is false or there is no terminal; on a `screen` that shows the run he is asked there.
  static func keeping(
    _ window: ChangeWindow, continuation: String, isAsking: Bool, on screen: LiveView?
  ) -> WindowGuard {
    var ask: (@Sendable (String) async -> Bool)?
    if isAsking, let screen {
      ask = { refusal in
        Console.progress([refusal], isFailure: true)
        return await screen.ask("Go on with it all the same?")
      }
    } else if isAsking, Prompt.isPossible {
      ask = { refusal in await isAllowed(refusal) }
    }
    return WindowGuard(window, now: { Date() }, continuation: continuation, ask: ask)
  }

  private static func isAllowed(_ refusal: String) async -> Bool {
    Console.progress([refusal, "go on with it all the same? 'y' and Enter; anything else ends the run here [y/N]"])
    return await TerminalLine.read()?.lowercased().hasPrefix("y") == true
  }
}
