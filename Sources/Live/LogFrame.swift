import Upgrade

/// What a screen shows of a node's log. Pure.
public struct LogFrame {
  private let title: String
  private let log: [String]
  private let offset: Int
  private let footer: String
  private let width: Int
  private let height: Int

  /// A frame of the last lines of `log`, `offset` lines before its end.
  public init(_ title: String, log: [String], offset: Int, footer: String, width: Int, height: Int) {
    (self.title, self.log, self.footer) = (title, log, footer)
    (self.width, self.height) = (max(1, width), max(1, height))
    self.offset = min(max(0, offset), Self.mostOffset(of: log, height: height))
  }

  /// How far before its end the log can be looked at.
  public static func mostOffset(of log: [String], height: Int) -> Int { max(0, log.count - max(1, height - 2)) }

  /// Exactly as many lines as the screen has rows, none wider than it.
  public var lines: [LiveLine] {
    let room = max(0, height - 2)
    let end = log.count - offset
    let shown = log[max(0, end - room)..<max(0, end)].map { LiveLine($0).cut(to: width) }
    let all =
      [LiveLine(" \(title)", .bar).fitted(to: width)] + shown
      + Array(repeating: LiveLine(), count: max(0, room - shown.count)) + [
        LiveLine(" \(footer)", .bar).fitted(to: width)
      ]
    return Array(all.suffix(height))
  }
}
