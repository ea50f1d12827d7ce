import Glibc

/// Puts an HTTP/1.1 answer together from bytes as they come (RFC 9112, 6). An answer that tells neither its length nor
/// comes in chunks is never whole: it could not be told from one that was cut.
struct AnswerReader {
  private enum Framing {
    case length(Int)
    case chunks
  }

  /// Why it is no answer.
  struct Nonsense: Error {}

  private var buffer: [UInt8] = []
  private var position = 0
  private var head: (status: Int, isLast: Bool, sequence: String?, framing: Framing)?
  private var body: [UInt8] = []

  /// How many bytes came.
  var received: Int { buffer.count }

  /// Takes some more.
  ///
  /// - Returns: the answer, once it is whole.
  mutating func take(_ bytes: some Sequence<UInt8>) throws(Nonsense) -> LoadAnswer? {
    buffer += bytes
    if head == nil { try readHead() }
    guard let head, try isBodyWhole(head.framing) else { return nil }
    return LoadAnswer(status: head.status, isLast: head.isLast, sequence: head.sequence, body: body)
  }

  private mutating func isBodyWhole(_ framing: Framing) throws(Nonsense) -> Bool {
    switch framing {
    case .length(let length):
      guard buffer.count - position >= length else { return false }
      body = Array(buffer[position..<(position + length)])
      return true
    case .chunks:
      while let end = lineEnd(from: position) {
        let digits = String(decoding: buffer[position..<end].prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self)
        guard let size = Int(digits, radix: 16), size >= 0 else { throw Nonsense() }
        // No server here sends trailers.
        guard buffer.count >= end + 2 + size + 2 else { return false }
        body += buffer[(end + 2)..<(end + 2 + size)]
        position = end + 2 + size + 2
        if size == 0 { return true }
      }
      return false
    }
  }

  private mutating func readHead() throws(Nonsense) {
    var lines: [String] = []
    var start = 0
    while let end = lineEnd(from: start) {
      if end == start {
        position = end + 2
        return try read(lines)
      }
      lines.append(String(decoding: buffer[start..<end], as: UTF8.self))
      start = end + 2
    }
  }

  private mutating func read(_ lines: [String]) throws(Nonsense) {
    let words = lines.first?.split(separator: " ") ?? []
    guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else { throw Nonsense() }
    var fields: [String: String] = [:]
    for line in lines.dropFirst() {
      guard let colon = line.firstIndex(of: ":") else { throw Nonsense() }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      fields[line[..<colon].lowercased()] = String(value)
    }
    let isChunked = fields["transfer-encoding"]?.lowercased() == "chunked"
    guard let framing = isChunked ? .chunks : fields["content-length"].flatMap({ Int($0) }).map(Framing.length) else {
      throw Nonsense()
    }
    let isLast = words[0] == "HTTP/1.0" || fields["connection"]?.lowercased() == "close"
    head = (status, isLast, fields["x-zdu-sequence"], framing)
  }

  /// Where the line that begins at `start` ends, if its end has come.
  private func lineEnd(from start: Int) -> Int? {
    buffer.withUnsafeBytes { bytes in
      guard start < bytes.count, let base = bytes.baseAddress,
        let found = memchr(base + start, Int32(UInt8(ascii: "\n")), bytes.count - start)
      else { return nil }
      let end = UnsafeRawPointer(found) - base - 1
      return end >= start && bytes[end] == UInt8(ascii: "\r") ? end : nil
    }
  }
}
