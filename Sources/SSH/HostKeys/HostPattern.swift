import CLibSSH2
import FoundationEssentials

/// The first field of a `known_hosts` line: names and patterns separated by commas, or one hashed name.
enum HostPattern {
  /// Whether the field means `name`, which is in lower case.
  static func matches(_ name: [UInt8], names: ArraySlice<UInt8>) -> Bool {
    if names.first == UInt8(ascii: "|") { return matchesHash(name, String(decoding: names, as: UTF8.self)) }
    var isMatched = false
    for pattern in names.split(separator: UInt8(ascii: ",")) {
      if pattern.first == UInt8(ascii: "!") {
        if matches(name, pattern: pattern.dropFirst()) { return false }
      } else if !isMatched {
        isMatched = matches(name, pattern: pattern)
      }
    }
    return isMatched
  }

  private static func matchesHash(_ name: [UInt8], _ field: String) -> Bool {
    let parts = field.split(separator: "|", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[1] == "1", let salt = Data(base64Encoded: String(parts[2])),
      let hash = Data(base64Encoded: String(parts[3])), hash.count == 20
    else { return false }
    var digest = [UInt8](repeating: 0, count: 20)
    var length: UInt32 = 0
    HMAC(EVP_sha1(), Array(salt), Int32(salt.count), name, name.count, &digest, &length)
    return digest == Array(hash)
  }

  /// `*` is any characters, `?` is one. Goes back to the last `*` only, so that it takes quadratic time at most.
  private static func matches(_ name: [UInt8], pattern: ArraySlice<UInt8>) -> Bool {
    var (at, next) = (0, pattern.startIndex)
    var lastStar: (pattern: Int, text: Int)?
    while at < name.count {
      if next < pattern.endIndex, pattern[next] == UInt8(ascii: "*") {
        lastStar = (next, at)
        next += 1
      } else if next < pattern.endIndex, pattern[next] == UInt8(ascii: "?") || lowercase(pattern[next]) == name[at] {
        at += 1
        next += 1
      } else if let star = lastStar {
        lastStar = (star.pattern, star.text + 1)
        at = star.text + 1
        next = star.pattern + 1
      } else {
        return false
      }
    }
    return pattern[next...].allSatisfy { $0 == UInt8(ascii: "*") }
  }

  private static func lowercase(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}
