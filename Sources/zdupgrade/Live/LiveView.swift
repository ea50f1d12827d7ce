import Foundation
import Live
import Records
import Synchronization
import Upgrade

/// Shows a run on the whole terminal while it is under way, and takes the operator's keys.
final class LiveView: EventReader, ProgressScreen {
  struct State {
    var model = LiveModel()
    var messages: [LiveFrame.Message] = []
    /// Whether something may have changed since the last frame.
    var isChanged = true
    var drawn: Circumstances?
    var question: Question?
    var log: LogPane?
    var screen: TerminalScreen?
    var loop: Task<Void, Never>?
  }

  /// What the operator is to answer with yes or no.
  struct Question {
    let text: String
    let answer: @Sendable (Bool) async -> Void
  }

  private static let keptMessages = 300
  private let state = Mutex(State())
  let control: RunControl
  private let folder: RunFolder
  private let glyphs: LiveGlyphs

  /// A view of the run in `folder` that `control` controls, and `origin` has in hand; it shows nothing before it begins.
  init(_ folder: RunFolder, _ origin: RunOrigin, _ control: RunControl) {
    (self.folder, self.control) = (folder, control)
    let variables = ProcessInfo.processInfo.environment
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { variables[$0] }.first { !$0.isEmpty } ?? ""
    let isUnicode = locale.lowercased().replacing("-", with: "").hasSuffix("utf8")
    glyphs = isUnicode ? .unicode : .ascii
    take(.opened(origin), at: Date())
  }

  func read(_ event: Event) async { take(event, at: Date()) }

  /// Takes in what an earlier process saw.
  func replay(_ event: Event) { take(event, at: nil) }

  private func take(_ event: Event, at time: Date?) {
    state.withLock { state in
      state.model.apply(event, at: time)
      state.isChanged = true
    }
  }

  /// Takes the terminal, and shows the run on it from now on; false where there is none.
  func begin() -> Bool {
    guard let screen = TerminalScreen() else { return false }
    ProgressOutput.standard.divert(to: self)
    let loop = Task.detached { [self] in
      while !Task.isCancelled {
        for key in screen.keys() { await press(key, on: screen) }
        await draw(on: screen)
        try? await Task.sleep(for: .milliseconds(50))
      }
    }
    state.withLock { ($0.screen, $0.loop) = (screen, loop) }
    return true
  }

  /// Whether it is on the terminal.
  var isShown: Bool { state.withLock { $0.screen != nil } }

  /// Gives the terminal back; what was told meanwhile is told there.
  func end() { ProgressOutput.standard.endDiversion() }

  // MARK: ProgressScreen

  func show(_ lines: [String], isFailure: Bool) {
    state.withLock { state in
      state.messages += lines.map { LiveFrame.Message($0, isFailure: isFailure) }
      state.messages.removeFirst(max(0, state.messages.count - Self.keptMessages))
      state.isChanged = true
    }
  }

  func leave() {
    let (screen, loop) = state.withLock { ($0.screen, $0.loop) }
    loop?.cancel()
    screen?.leave()
    state.withLock { $0.screen = nil }
  }

  // MARK: What is shown and asked

  /// Asks the operator; false also when the run ends meanwhile.
  func ask(_ text: String) async -> Bool {
    let (answers, sink) = AsyncStream.makeStream(of: Bool.self)
    ask(Question(text: text) { sink.yield($0) })
    for await answer in answers { return answer }
    return false
  }

  func ask(_ question: Question?) { change { $0.question = question } }

  func change<Result: Sendable>(_ body: (inout sending State) -> sending Result) -> sending Result {
    state.withLock { state in
      state.isChanged = true
      return body(&state)
    }
  }

  /// What a frame is made from, the events apart.
  struct Circumstances: Equatable {
    let size: TerminalScreen.Size
    let footer: String
    let halfSecond: Int
  }

  private func draw(on screen: TerminalScreen) async {
    guard let size = screen.size, size.width > 0, size.height > 0 else { return }
    let now = Date()
    let footer = await footer
    let seen = Circumstances(size: size, footer: footer, halfSecond: Int(now.timeIntervalSince1970 * 2))
    let frame = state.withLock { state -> [LiveLine]? in
      guard state.isChanged || state.drawn != seen else { return nil }
      (state.isChanged, state.drawn) = (false, seen)
      if let pane = state.log { return pane.frame(footer: footer, size).lines }
      return LiveFrame(
        state.model, messages: state.messages, footer: footer, now: now, width: size.width, height: size.height,
        glyphs: glyphs
      ).lines
    }
    guard let frame else { return }
    if !screen.draw(frame, size) { change { $0.drawn = nil } }
  }

  private var footer: String {
    get async {
      let (question, log, pause) = state.withLock { ($0.question?.text, $0.log != nil, $0.model.pause) }
      if let question { return "\(question)  y yes  n no" }
      if log { return "l back  left, right other node  up, down, PgUp, PgDn, Home, End" }
      if await control.isEnding { return "the run ends behind the node in hand; Ctrl-C ends it at once  l node log" }
      if pause != nil { return "PAUSED  Enter go on  q stop here  l node log" }
      if await control.isPausing { return "pauses behind the node in hand  p do not pause  q stop  l node log" }
      return "p pause after this node  q stop cleanly  l node log"
    }
  }

  /// The names of the nodes, and the one that is the likeliest to be looked at.
  var nodeNames: (all: [String], current: String?) {
    state.withLock { state in
      let nodes = state.model.nodes
      return (nodes.map(\.name), (nodes.first { $0.hasFailed } ?? nodes.first(where: \.isAtWork) ?? nodes.first)?.name)
    }
  }

  /// The path of the log of `node`.
  func logPath(of node: String) -> String? { try? LogFolder.log(of: folder, node: node) }
}
