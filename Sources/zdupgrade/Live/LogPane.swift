import Foundation
import Live

/// A node's log, as it is looked at.
struct LogPane: Sendable {
  /// The nodes.
  let names: [String]
  /// Which of them it is.
  let place: Int
  private let path: String?
  /// So many lines before its end.
  var offset = 0
  /// Of a log so much of its end can be looked at.
  private static let kept = 1 << 20

  init(_ names: [String], _ place: Int, path: String?) {
    (self.names, self.place, self.path) = (names, place, path)
  }

  /// What the screen shows of it.
  func frame(footer: String, _ size: TerminalScreen.Size) -> LogFrame {
    let title =
      "log of \(names[place])" + (offset == 0 ? "" : ", \(offset) lines before its end") + ": \(path ?? "none yet")"
    return LogFrame(title, log: lines, offset: offset, footer: footer, width: size.width, height: size.height)
  }

  /// How far before the end is looked at behind `key`.
  func offset(after key: LiveKey, height: Int) -> Int {
    let page = max(1, height - 3)
    let change: Int
    switch key {
    case .up: change = 1
    case .down: change = -1
    case .pageUp: change = page
    case .pageDown: change = -page
    case .home: change = .max / 2
    case .end: change = -.max / 2
    default: change = 0
    }
    return min(max(0, offset + change), LogFrame.mostOffset(of: lines, height: height))
  }

  private var lines: [String] {
    guard let path, let file = FileHandle(forReadingAtPath: path) else { return [] }
    defer { try? file.close() }
    guard let end = try? file.seekToEnd() else { return [] }
    try? file.seek(toOffset: end > UInt64(Self.kept) ? end - UInt64(Self.kept) : 0)
    let text = String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last == "" { lines.removeLast() }
    return lines
  }
}
