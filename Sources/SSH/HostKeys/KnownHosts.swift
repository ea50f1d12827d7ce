import CLibSSH2
import FoundationEssentials

/// The lines of `known_hosts` files, and what they say about a host. Pure: it reads no file.
///
/// Understood: comma lists, `*` and `?`, `!`, hashed names (`|1|`), `[host]:port`, `@revoked`, comments, CRLF, several
/// keys for a host. `@cert-authority` lines are passed over, because host certificates are not supported. A line that
/// cannot be read is passed over as OpenSSH does.
public struct KnownHosts: Sendable, Hashable {
  /// One line.
  public struct Entry: Sendable, Hashable {
    /// The host names, patterns or hash, as written.
    public let names: String
    /// The key.
    public let key: HostKey
    /// Whether the line says that the key must not be used.
    public let isRevoked: Bool
    /// The file it stands in.
    public let file: String
    /// Its number in the file, from 1.
    public let line: Int

    /// Where it stands, for messages.
    public var place: String { "\(file):\(line)" }
  }

  /// What is known about a host's key.
  public enum Verdict: Sendable, Hashable {
    /// This very key is known for the host.
    case known
    /// The key must not be used.
    case revoked(Entry)
    /// Another key of this type is known for the host.
    case mismatch([Entry])
    /// Only keys of other types are known for the host.
    case otherTypes([Entry])
    /// Nothing is known about the host.
    case unknown
  }

  /// All lines that could be read, in order.
  public private(set) var entries: [Entry] = []

  /// Knows nothing.
  public init() {}

  /// Adds the lines of a file's `text`; `file` is its name for messages.
  public mutating func add(_ text: String, file: String) {
    let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      var words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      let marker = first.hasPrefix("@") ? String(words.removeFirst()) : nil
      guard marker == nil || marker == "@revoked", words.count >= 3 else { continue }
      guard let key = HostKey(base64: words[2]), key.type == words[1] else { continue }
      entries.append(
        Entry(names: String(words[0]), key: key, isRevoked: marker != nil, file: file, line: index + 1))
    }
  }

  /// What is known about `key` as the key of `host` at `port`.
  ///
  /// A port other than 22 is looked up as `[host]:port`; a line for the host alone counts only when it has this very key.
  public func verdict(on key: HostKey, host: String, port: Int) -> Verdict {
    let plain = entries(matching: Self.name(host, port: 22))
    let exact = port == 22 ? plain : entries(matching: Self.name(host, port: port))
    if let entry = (plain + exact).first(where: { $0.isRevoked && $0.key == key }) { return .revoked(entry) }
    let valid = exact.filter { !$0.isRevoked }
    if valid.contains(where: { $0.key == key }) { return .known }
    let sameType = valid.filter { $0.key.type == key.type }
    if !sameType.isEmpty { return .mismatch(sameType) }
    if !valid.isEmpty { return .otherTypes(valid) }
    return plain.contains { !$0.isRevoked && $0.key == key } ? .known : .unknown
  }

  /// The types of the keys known for a host, each once, in the order of the lines.
  public func keyTypes(host: String, port: Int) -> [String] {
    let names = port == 22 ? [Self.name(host, port: 22)] : [Self.name(host, port: port), Self.name(host, port: 22)]
    var types: [String] = []
    for entry in names.flatMap(entries(matching:)) where !entry.isRevoked && !types.contains(entry.key.type) {
      types.append(entry.key.type)
    }
    return types
  }

  /// The name under which `known_hosts` has a host: in lower case, with the port where it is not 22.
  public static func name(_ host: String, port: Int) -> String {
    port == 22 ? host.lowercased() : "[\(host.lowercased())]:\(port)"
  }

  private func entries(matching name: String) -> [Entry] {
    entries.filter { Self.matches(name, names: $0.names) }
  }

  /// Whether the first field of a line means `name`.
  static func matches(_ name: String, names: String) -> Bool {
    if names.hasPrefix("|") { return matchesHash(name, names) }
    var isMatched = false
    for pattern in names.split(separator: ",") {
      if pattern.hasPrefix("!") {
        if matches(name.utf8[...], pattern: pattern.dropFirst().lowercased().utf8[...]) { return false }
      } else if matches(name.utf8[...], pattern: pattern.lowercased().utf8[...]) {
        isMatched = true
      }
    }
    return isMatched
  }

  private static func matchesHash(_ name: String, _ field: String) -> Bool {
    let parts = field.split(separator: "|", omittingEmptySubsequences: false)
    guard parts.count == 4, parts[1] == "1", let salt = Data(base64Encoded: String(parts[2])),
      let hash = Data(base64Encoded: String(parts[3])), hash.count == 20
    else { return false }
    var digest = [UInt8](repeating: 0, count: 20)
    var length: UInt32 = 0
    HMAC(EVP_sha1(), Array(salt), Int32(salt.count), Array(name.utf8), name.utf8.count, &digest, &length)
    return digest == Array(hash)
  }

  /// `*` is any characters, `?` is one. Goes back to the last `*` only, so that it takes quadratic time at most.
  private static func matches(_ name: Substring.UTF8View, pattern: Substring.UTF8View) -> Bool {
    let (text, pattern) = (Array(name), Array(pattern))
    var (at, next) = (0, 0)
    var lastStar: (pattern: Int, text: Int)?
    while at < text.count {
      if next < pattern.count, pattern[next] == UInt8(ascii: "*") {
        lastStar = (next, at)
        next += 1
      } else if next < pattern.count, pattern[next] == UInt8(ascii: "?") || pattern[next] == text[at] {
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
}
