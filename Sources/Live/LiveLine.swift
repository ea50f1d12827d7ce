import Upgrade

/// How a piece of a line is shown.
public enum LiveStyle: Sendable, Hashable {
  case plain
  /// What a line is about.
  case strong
  /// What is there for those who look for it.
  case faint
  /// What went well.
  case good
  /// What went wrong.
  case bad
  /// What is under way.
  case busy
  /// A bar across the screen.
  case bar

  /// The numbers of Select Graphic Rendition (ECMA-48).
  fileprivate func code(inColor isColored: Bool) -> String? {
    switch self {
    case .plain: nil
    case .strong: "1"
    case .faint: "2"
    case .good: isColored ? "32" : nil
    case .bad: isColored ? "1;31" : "1"
    case .busy: isColored ? "36" : nil
    case .bar: "7"
    }
  }
}

/// A line of the screen.
public struct LiveLine: Sendable, Hashable {
  private struct Piece: Sendable, Hashable {
    var text: String
    let style: LiveStyle
  }

  private var pieces: [Piece] = []

  /// An empty line.
  public init() {}

  /// A line of `text`, in which nothing from outside can do anything to a terminal.
  public init(_ text: String, _ style: LiveStyle = .plain) {
    pieces = [Piece(text: Self.harmless(text), style: style)]
  }

  /// How many columns it takes.
  public var columns: Int { pieces.reduce(0) { $0 + DisplayWidth.columns($1.text) } }
  /// The text alone.
  public var text: String { pieces.map(\.text).joined() }

  static func + (left: LiveLine, right: LiveLine) -> LiveLine {
    var line = left
    line.pieces += right.pieces
    return line
  }

  /// The line with spaces behind it up to `width` columns, or cut there.
  func fitted(to width: Int) -> LiveLine {
    let columns = columns
    guard columns > width else {
      var line = self
      if columns < width {
        line.pieces.append(
          Piece(text: String(repeating: " ", count: width - columns), style: pieces.last?.style == .bar ? .bar : .plain)
        )
      }
      return line
    }
    return cut(to: width).fitted(to: width)
  }

  /// The line, cut to `width` columns where it is longer; an ellipsis says so.
  func cut(to width: Int) -> LiveLine {
    guard columns > width else { return self }
    var line = LiveLine()
    var room = width - 1
    for piece in pieces {
      var kept = ""
      for character in piece.text {
        let columns = DisplayWidth.columns(String(character))
        guard columns <= room else {
          room = -1
          break
        }
        kept.append(character)
        room -= columns
      }
      line.pieces.append(Piece(text: kept + (room < 0 ? "…" : ""), style: piece.style))
      if room < 0 { break }
    }
    return width > 0 ? line : LiveLine()
  }

  /// The line as a terminal takes it; without colours where `isColored` is false.
  public func codes(inColor isColored: Bool) -> String {
    pieces.map { piece in
      guard let code = piece.style.code(inColor: isColored), !piece.text.isEmpty else { return piece.text }
      return "\u{1B}[\(code)m\(piece.text)\u{1B}[0m"
    }.joined()
  }

  /// `text` on one line, without what moves the cursor or turns the direction of writing.
  private static func harmless(_ text: String) -> String {
    let line = PlainText.oneLine(text).replacing("\t", with: "    ")
    guard line.unicodeScalars.contains(where: isTurning) else { return line }
    return String(String.UnicodeScalarView(line.unicodeScalars.filter { !isTurning($0) }))
  }

  private static func isTurning(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
