/// Who holds a lock, and what for: what the lock's file on the node tells besides the run.
public struct LockHolder: Sendable, Hashable, Codable {
  /// The control node's host name.
  public let host: String
  /// The user there.
  public let user: String
  /// The process there.
  public let processID: Int32
  /// What for, in the operator's words.
  public let reason: String

  /// A holder.
  public init(host: String, user: String, processID: Int32, reason: String) {
    self.host = host
    self.user = user
    self.processID = processID
    self.reason = reason
  }
}

extension LockHolder {
  /// The holder as four words without any character that a shell or a file could misread.
  var words: String { [host, user, String(processID), reason].map(Self.encode).joined(separator: " ") }

  /// The holder that four words tell; nil when they tell none.
  init?(words: some Collection<Substring>) {
    let texts = words.map(Self.decode)
    guard texts.count == 4, let processID = Int32(texts[2]) else { return nil }
    self.init(host: texts[0], user: texts[1], processID: processID, reason: texts[3])
  }

  /// `text` with all but letters, digits, `.`, `_` and `-` as `%HH`; a lone `%` is an empty text.
  private static func encode(_ text: String) -> String {
    guard !text.isEmpty else { return "%" }
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if isPlain(byte) {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func decode(_ word: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(word.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      if let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16), rest.count >= 2 {
        bytes.append(value)
      }
      rest = rest.dropFirst(2)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }
}
