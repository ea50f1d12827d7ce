/// The lines of `known_hosts` files, and what they say about a host. Pure: it reads no file.
///
/// Understood: comma lists, `*` and `?`, `!`, hashed names (`|1|`), `[host]:port`, `@revoked`, comments, CRLF, several
/// keys for a host. `@cert-authority` lines are no keys of hosts: libssh2 cannot check certificates of hosts. A line that
/// cannot be read is passed over as OpenSSH does.
public struct KnownHosts: Sendable, Hashable {
  /// One line.
  public struct Entry: Sendable, Hashable {
    /// The host names, patterns or hash, as written.
    public let names: String
    /// The key.
    public let key: HostKey
    /// What the line says of the key.
    public let mark: Mark
    /// The file it stands in.
    public let file: String
    /// Its number in the file, from 1.
    public let line: Int

    /// Whether the line says that the key must not be used.
    public var isRevoked: Bool { mark == .revoked }

    /// Where it stands, for messages.
    public var place: String { "\(file):\(line)" }
  }

  /// What a line begins with.
  public enum Mark: String, Sendable, Hashable {
    /// Nothing: the key is the host's.
    case none = ""
    /// The key must not be used.
    case revoked = "@revoked"
    /// The key signs certificates for the host.
    case authority = "@cert-authority"
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

  private struct File: Sendable, Hashable {
    let name: String
    let bytes: [UInt8]
  }

  private var files: [File] = []

  /// Knows nothing.
  public init() {}

  /// Adds the contents of a file; `file` is its name for messages.
  public mutating func add(_ contents: [UInt8], file: String) { files.append(File(name: file, bytes: contents)) }

  /// What is known about `key` as the key of `host` at `port`.
  ///
  /// A port other than 22 is looked up as `[host]:port`; a line for the host alone counts only when it has this very key.
  public func verdict(on key: HostKey, host: String, port: Int) -> Verdict {
    let plain = entries(matching: Self.name(host, port: 22)).filter { $0.mark != .authority }
    let exact =
      port == 22 ? plain : entries(matching: Self.name(host, port: port)).filter { $0.mark != .authority }
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
    for entry in names.flatMap(entries(matching:)) where entry.mark == .none && !types.contains(entry.key.type) {
      types.append(entry.key.type)
    }
    return types
  }

  /// The lines that name an authority for the certificates of a host.
  func authorities(host: String, port: Int) -> [Entry] {
    entries(matching: Self.name(host, port: port)).filter { $0.mark == .authority }
  }

  /// The name under which `known_hosts` has a host: in lower case, with the port where it is not 22.
  public static func name(_ host: String, port: Int) -> String {
    port == 22 ? host.lowercased() : "[\(host.lowercased())]:\(port)"
  }

  /// The lines that mean a host. The files are gone through each time and only these lines are taken apart: a file may
  /// have thousands of lines, and each of hundreds of logins wants one or two.
  private func entries(matching name: String) -> [Entry] {
    let name = Array(name.utf8)
    return files.flatMap { file in
      KnownHostsLines.candidates(for: name, in: file.bytes).compactMap { line in
        Self.entry(file.bytes[line.range], matching: name, file: file.name, number: line.number)
      }
    }
  }

  private static func entry(_ line: ArraySlice<UInt8>, matching name: [UInt8], file: String, number: Int) -> Entry? {
    var words = Words(rest: line)
    guard var names = words.next(), names.first != UInt8(ascii: "#") else { return nil }
    var mark = Mark.none
    if names.first == UInt8(ascii: "@") {
      guard let known = Mark(rawValue: String(decoding: names, as: UTF8.self)), let next = words.next() else {
        return nil
      }
      mark = known
      names = next
    }
    guard HostPattern.matches(name, names: names), let type = words.next(), let base64 = words.next(),
      let key = HostKey(base64: String(decoding: base64, as: UTF8.self)), type.elementsEqual(key.type.utf8)
    else { return nil }
    return Entry(
      names: String(decoding: names, as: UTF8.self), key: key, mark: mark, file: file, line: number)
  }

  /// The words of a line, between blanks; a carriage return counts as one.
  private struct Words {
    var rest: ArraySlice<UInt8>

    mutating func next() -> ArraySlice<UInt8>? {
      rest = rest.drop(while: Self.isBlank)
      let word = rest.prefix { !Self.isBlank($0) }
      rest = rest[word.endIndex...]
      return word.isEmpty ? nil : word
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0d }
  }
}
