/// Cuts the bytes of one stream into lines: text is repaired where it is not UTF-8, and secrets are taken out.
///
/// A line that is longer than the limit is handed on in pieces, so memory stays flat whatever a node prints.
struct LineReader {
  private static let limit = 64 * 1024
  private let redaction: Redaction
  private var rest: [UInt8] = []

  init(hiding secrets: some Sequence<Secret>) {
    redaction = Redaction(hiding: secrets)
  }

  /// The lines that `bytes` completes.
  mutating func lines(adding bytes: [UInt8]) -> [String] {
    var lines: [String] = []
    var start = bytes.startIndex
    while start < bytes.endIndex {
      // Where a long line is cut does not depend on how its bytes come in.
      let room = bytes[start...].prefix(Self.limit - rest.count)
      if let end = room.firstIndex(of: UInt8(ascii: "\n")) {
        rest += bytes[start..<end]
        lines.append(take())
        start = end + 1
      } else {
        rest += room
        start = room.endIndex
        if rest.count == Self.limit { lines.append(take()) }
      }
    }
    return lines
  }

  /// What is left when the stream has ended.
  mutating func last() -> String? { rest.isEmpty ? nil : take() }

  private mutating func take() -> String {
    defer { rest.removeAll(keepingCapacity: true) }
    if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
    return redaction.of(String(decoding: rest, as: UTF8.self))
  }
}
