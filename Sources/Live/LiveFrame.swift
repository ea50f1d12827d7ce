public import FoundationEssentials
import Upgrade

/// What a screen of so many columns and rows shows of a run. Pure.
public struct LiveFrame {
  /// A line about the run, as the log has it.
  public struct Message: Sendable {
    /// The line.
    public let text: String
    /// Whether something went wrong.
    public let isFailure: Bool

    /// A line.
    public init(_ text: String, isFailure: Bool = false) {
      self.text = text
      self.isFailure = isFailure
    }
  }

  private let model: LiveModel
  private let messages: [Message]
  private let footer: String
  private let now: Date
  private let width: Int
  private let height: Int
  private let glyphs: LiveGlyphs

  /// A frame of `width` columns and `height` rows.
  ///
  /// - Parameters:
  ///   - messages: what happened, oldest first.
  ///   - footer: what the operator can do.
  public init(
    _ model: LiveModel, messages: [Message], footer: String, now: Date, width: Int, height: Int,
    glyphs: LiveGlyphs = .unicode
  ) {
    (self.model, self.messages, self.footer) = (model, messages, footer)
    (self.now, self.width, self.height, self.glyphs) = (now, max(1, width), max(1, height), glyphs)
  }

  /// Exactly as many lines as the screen has rows, none wider than it.
  public var lines: [LiveLine] {
    let bar = LiveLine(" \(footer)", .bar).fitted(to: width)
    var top = LiveHead(model, now: now, width: width).lines + [rule]
    top = Array(top.prefix(max(0, height - 1)))
    let room = height - 1 - top.count
    // The messages keep a few lines, whatever else there is to show.
    let table = LiveTable(model, now: now, glyphs: glyphs, width: width, height: room - min(6, room / 3)).lines
    let left = room - table.count
    let work = work(max(0, left - min(4, left / 2)))
    let middle = table + work
    let rest = room - middle.count
    return top + middle + news(rest) + [bar]
  }

  private var rule: LiveLine { LiveLine(String(repeating: glyphs.rule, count: width), .faint) }

  /// What is under way: a line a node, and one for what its command has printed last; the longest-running first.
  private func work(_ room: Int) -> [LiveLine] {
    let steps = model.nodes.compactMap { node in node.step.map { (node.name, $0) } }.sorted { $0.1.began < $1.1.began }
    guard room > 1, !steps.isEmpty else { return [] }
    var lines = [rule]
    for (name, step) in steps {
      guard lines.count < room else { break }
      let time = step.began == .distantPast ? "" : "  " + ShortTime.text(now.timeIntervalSince(step.began))
      lines.append((LiveLine("\(name)  ", .strong) + LiveLine(step.title) + LiveLine(time, .busy)).cut(to: width))
      if let last = step.lastLine, lines.count < room { lines.append(LiveLine("  | \(last)", .faint).cut(to: width)) }
    }
    return lines
  }

  private func news(_ room: Int) -> [LiveLine] {
    guard room > 0 else { return [] }
    let shown = messages.suffix(room - 1).map { LiveLine($0.text, $0.isFailure ? .bad : .plain).cut(to: width) }
    return [rule] + shown + Array(repeating: LiveLine(), count: room - 1 - shown.count)
  }
}
