/// The `server` lines of an nginx upstream, in a file of which nothing else is ever changed by a byte.
struct NginxServerList: Equatable {
  /// The file.
  let text: [UInt8]
  /// The `server` lines, in the file's order.
  let servers: [Server]

  /// One `server ADDRESS PARAMETER...;`.
  struct Server: Equatable {
    /// The address as it stands there, without quotes.
    let address: String
    /// Where to put ` down`: behind the last word.
    fileprivate let end: Int
    /// Where the words `down` stand, each with the spaces before it.
    fileprivate let downs: [Range<Int>]

    /// Whether it gets no requests.
    var isDown: Bool { !downs.isEmpty }

    /// Whether a node whose name in the balancer is `name` means this line: it is the address, or the address's host
    /// where it has no port itself.
    func isMeant(by name: String) -> Bool { NginxServerList.isAddress(address, meantBy: name) }
  }

  /// Whether `name` is `address`, or its host where `name` has no port itself.
  static func isAddress(_ address: String, meantBy name: String) -> Bool {
    if name == address { return true }
    guard !address.hasPrefix("unix:"), let colon = address.lastIndex(of: ":") else { return false }
    let host = address[..<colon]
    // Of `[fd00::1]` the last colon is inside the brackets, so there is no port to leave away.
    guard !host.hasPrefix("[") || host.hasSuffix("]") else { return name == address.dropFirst().dropLast() }
    return name == host || "[\(name)]" == host
  }

  /// The list in a file with the content `text`.
  init(_ text: [UInt8]) {
    self.text = text
    servers = NginxDirective.all(in: text).compactMap { Self.server($0, in: text) }
  }

  /// The same file with every line that `name` means marked `down`, or no longer so.
  func setting(_ name: String, isDown: Bool) -> [UInt8] {
    var result = text
    for server in servers.reversed() where server.isMeant(by: name) && server.isDown != isDown {
      if isDown {
        result.insert(contentsOf: Array(" down".utf8), at: server.end)
      } else {
        for range in server.downs.reversed() { result.removeSubrange(range) }
      }
    }
    return result
  }

  private static func server(_ directive: NginxDirective, in text: [UInt8]) -> Server? {
    let words = directive.words.map { String(decoding: text[$0], as: UTF8.self) }
    guard words.count > 1, words[0] == "server" else { return nil }
    let downs = zip(directive.words, words).dropFirst(2).filter { $0.1 == "down" }.map { word, _ in
      // Spaces only: a line break before it may be what ends a comment.
      word.lowerBound - text[..<word.lowerBound].reversed().prefix { $0 == 0x20 || $0 == 0x09 }.count..<word.upperBound
    }
    return Server(address: unquoted(words[1]), end: directive.words[words.count - 1].upperBound, downs: Array(downs))
  }

  private static func unquoted(_ word: String) -> String {
    guard let quote = word.first, quote == "\"" || quote == "'", word.count > 1, word.last == quote else { return word }
    return String(word.dropFirst().dropLast())
  }
}
