/// One simple directive of an nginx configuration, `NAME WORD...;`, and where its words stand in the file.
///
/// Source: nginx's `ngx_conf_read_token`: words end at white space, `;` and `{`; a comment begins only where a word
/// could; quotes and backslashes protect; `${` belongs to its word.
struct NginxDirective {
  /// The directive's words, the name first, as ranges of the file's bytes; never empty.
  let words: [Range<Int>]

  /// The simple directives in `text`, also those inside blocks; a block's own name and words are none.
  static func all(in text: [UInt8]) -> [NginxDirective] {
    var reader = Reader(text: text)
    var directives: [NginxDirective] = []
    var words: [Range<Int>] = []
    while let token = reader.next() {
      switch token {
      case .word(let range):
        words.append(range)
      case .semicolon:
        if !words.isEmpty { directives.append(NginxDirective(words: words)) }
        words = []
      case .brace:
        words = []
      }
    }
    return directives
  }
}

private enum Token {
  case word(Range<Int>)
  case semicolon
  case brace
}

private struct Reader {
  let text: [UInt8]
  var position = 0

  mutating func next() -> Token? {
    skipBlank()
    guard position < text.count else { return nil }
    switch text[position] {
    case UInt8(ascii: ";"):
      position += 1
      return .semicolon
    case UInt8(ascii: "{"), UInt8(ascii: "}"):
      position += 1
      return .brace
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      return quoted()
    default:
      return bare()
    }
  }

  private mutating func skipBlank() {
    while position < text.count {
      if text[position] == UInt8(ascii: "#") {
        while position < text.count, text[position] != UInt8(ascii: "\n") { position += 1 }
      } else if text[position].isBlank {
        position += 1
      } else {
        return
      }
    }
  }

  private mutating func quoted() -> Token {
    let start = position
    let quote = text[position]
    position += 1
    while position < text.count, text[position] != quote {
      position += text[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    position = min(position + 1, text.count)
    return .word(start..<position)
  }

  private mutating func bare() -> Token {
    let start = position
    while position < text.count, !text[position].isBlank, text[position] != UInt8(ascii: ";") {
      if text[position] == UInt8(ascii: "{"), text[position - 1] != UInt8(ascii: "$") { break }
      position += text[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    position = min(position, text.count)
    return .word(start..<position)
  }
}

extension UInt8 {
  fileprivate var isBlank: Bool { self == 0x20 || (0x09...0x0d).contains(self) }
}
