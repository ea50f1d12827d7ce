import Live
import Upgrade

// What the keys do.
extension LiveView {
  func press(_ key: LiveKey, on screen: TerminalScreen) async {
    if let question = change({ $0.question }) {
      guard let answer = Self.answer(key) else { return }
      ask(nil)
      return await question.answer(answer)
    }
    if change({ $0.log != nil }) { return pressInLog(key, height: screen.size?.height ?? 24) }
    switch key {
    case .character("p"), .character("P"): await pause()
    case .character("q"), .character("Q"): await stop()
    case .character("l"), .character("L"): openLog()
    case .enter: await control.goOn()
    default: break
    }
  }

  /// Nil where the key is no answer; who asked to stop and presses the same key again means it.
  private static func answer(_ key: LiveKey) -> Bool? {
    switch key {
    case .character("y"), .character("Y"), .character("q"), .character("Q"): true
    case .character("n"), .character("N"), .escape: false
    default: nil
    }
  }

  private func pause() async {
    guard await !control.isEnding, change({ $0.model.pause == nil }) else { return }
    if await control.isPausing {
      await control.goOn()
    } else {
      await control.pause(because: "the operator wants it")
    }
  }

  private func stop() async {
    guard await !control.isEnding else { return }
    ask(
      Question(text: "Stop the run behind the node in hand?") { [control] isMeant in
        if isMeant { await control.stop(because: "the operator ended it") }
      })
  }

  private func openLog() {
    let (names, current) = nodeNames
    guard let place = names.firstIndex(where: { $0 == current }) else { return }
    change { $0.log = nil }
    show(place, of: names)
  }

  private func show(_ place: Int, of names: [String]) {
    let pane = LogPane(names, place, path: logPath(of: names[place]))
    change { $0.log = pane }
  }

  private func pressInLog(_ key: LiveKey, height: Int) {
    guard let pane = change({ $0.log }) else { return }
    switch key {
    case .character("l"), .character("L"), .character("q"), .escape: change { $0.log = nil }
    case .left: show((pane.place + pane.names.count - 1) % pane.names.count, of: pane.names)
    case .right: show((pane.place + 1) % pane.names.count, of: pane.names)
    default:
      let offset = pane.offset(after: key, height: height)
      change { $0.log?.offset = offset }
    }
  }
}
