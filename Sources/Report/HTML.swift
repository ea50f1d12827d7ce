/// HTML that is safe to show: whatever comes from outside is text in it, never markup.
struct HTML: Sendable, Hashable, ExpressibleByStringInterpolation {
  /// The markup.
  private(set) var markup: String

  /// Nothing.
  static let empty = HTML(markup: "")

  private init(markup: String) { self.markup = markup }

  /// Markup that stands in the source.
  init(stringLiteral value: String) { markup = value }

  init(stringInterpolation: Interpolation) { markup = stringInterpolation.markup }

  /// `text` as text.
  init(text: String) { markup = Self.escape(text) }

  /// `parts` one behind the other.
  init(_ parts: some Sequence<HTML>) { markup = parts.reduce(into: "") { $0 += $1.markup } }

  static func + (left: HTML, right: HTML) -> HTML { HTML(markup: left.markup + right.markup) }

  /// Puts values into markup that stands in the source: text is escaped, HTML is not.
  struct Interpolation: StringInterpolationProtocol {
    fileprivate var markup = ""

    init(literalCapacity: Int, interpolationCount: Int) { markup.reserveCapacity(literalCapacity) }

    mutating func appendLiteral(_ literal: String) { markup += literal }
    mutating func appendInterpolation(_ html: HTML) { markup += html.markup }
    mutating func appendInterpolation(_ text: some StringProtocol) { markup += HTML.escape(String(text)) }
    mutating func appendInterpolation(_ number: Int) { markup += String(number) }
    mutating func appendInterpolation(_ number: Int32) { markup += String(number) }
  }

  /// Control characters, which HTML does not take, are shown as the replacement character.
  private static func escape(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      case "\n", "\t": escaped.unicodeScalars.append(scalar)
      // They would turn what stands behind them round.
      case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
      }
    }
    return escaped
  }
}

extension Sequence {
  /// The HTML of all elements, one behind the other.
  func html(_ transform: (Element) -> HTML) -> HTML { HTML(map(transform)) }
}

extension HTML {
  /// What a program or a node has printed; nothing where there is nothing.
  static func evidence(_ lines: [String]) -> HTML {
    lines.isEmpty ? .empty : "<pre>\(lines.joined(separator: "\n"))</pre>"
  }
}
