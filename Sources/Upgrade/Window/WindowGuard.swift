import FoundationEssentials

/// The change window of a run, the clock on the wall it goes by, and whom it asks where a node does not fit any more.
public struct WindowGuard: Sendable {
  /// The window.
  public let window: ChangeWindow
  /// The time now.
  public let now: @Sendable () -> Date
  /// How the operator continues the run later, as a command line; nil where the run cannot be continued.
  public let continuation: String?
  /// Asks the operator, who may let something begin all the same; nil where there is nobody to ask.
  public let ask: (@Sendable (String) async -> Bool)?

  /// A guard.
  public init(
    _ window: ChangeWindow, now: @escaping @Sendable () -> Date, continuation: String? = nil,
    ask: (@Sendable (String) async -> Bool)? = nil
  ) {
    self.window = window
    self.now = now
    self.continuation = continuation
    self.ask = ask
  }

  /// How long until the window opens; nil where it is open.
  var untilOpen: Duration? {
    guard let opens = window.opens else { return nil }
    let left = opens.timeIntervalSince(now())
    return left > 0 ? .seconds(left) : nil
  }

  /// Why `nodes` may not be begun, each of which may take as long as `estimate`; nil when they may.
  func refusal(of nodes: [String], for estimate: Duration?) -> String? {
    guard case .tooLate(let left) = window.verdict(at: now(), for: estimate), let closes = window.closes else {
      return nil
    }
    let names = nodes.joined(separator: ", ")
    guard left > .zero, let estimate else {
      return "\(names): not begun, the change window closed at \(window.text(closes))"
    }
    return "\(names): not begun, a node takes up to \(estimate.inWords), and \(left.inWords) are left until the change "
      + "window closes at \(window.text(closes))"
  }
}

extension Duration {
  /// The duration as an operator would say it: `1 h 5 min`, `12 min 3 s`, `4 s`.
  var inWords: String {
    let seconds = Int(components.seconds)
    if seconds >= 3600 { return "\(seconds / 3600) h \(seconds % 3600 / 60) min" }
    if seconds >= 60 { return "\(seconds / 60) min \(seconds % 60) s" }
    return "\(seconds) s"
  }
}
