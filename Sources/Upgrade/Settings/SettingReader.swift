/// Reads one object of a configuration file key by key; every complaint names the file and the key's path.
///
/// `keys` is checked first, so a misspelled key is an error with the near match and never silently ignored.
public struct SettingReader: Sendable {
  /// The file's name, as in the messages.
  public let file: String
  /// The path of this object, for example `nodes[1].ssh`; empty for the whole file.
  public let path: String
  private let object: [String: Setting]

  /// A reader of `setting`, which must be an object with no other keys than `keys`.
  ///
  /// - Throws: `Failure` of kind `.refused`.
  public init(_ setting: Setting, file: String, path: String = "", keys: [String]) throws(Failure) {
    self.file = file
    self.path = path
    guard case .object(let object) = setting else {
      throw Self.wrong(file, path.isEmpty ? "the file" : path, setting, wanted: "an object")
    }
    self.object = object
    try Self.check(object.keys.sorted(), against: keys, file: file, path: path)
  }

  /// The path of `key` in this object.
  public func path(of key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// A complaint about `key`.
  public func complaint(_ key: String, _ message: String) -> Failure {
    Failure(.refused, "\(file): \(path(of: key)): \(message)")
  }

  /// Whether `key` is there and not null.
  public func has(_ key: String) -> Bool { value(key) != nil }

  /// The value of `key`, if it is there and not null.
  public func value(_ key: String) -> Setting? {
    guard let value = object[key], value != .null else { return nil }
    return value
  }

  /// A text that must be there and not be empty.
  public func requiredString(_ key: String) throws(Failure) -> String {
    guard let string = try string(key) else { throw complaint(key, "is missing") }
    return string
  }

  /// A text; when it is there it may not be empty nor hold a NUL character.
  public func string(_ key: String) throws(Failure) -> String? {
    guard let value = value(key) else { return nil }
    guard case .string(let string) = value else { throw wrong(key, value, wanted: "a text") }
    guard !string.isEmpty else { throw complaint(key, "is empty") }
    guard !string.unicodeScalars.contains("\0") else { throw complaint(key, "holds a NUL character") }
    return string
  }

  /// A whole number within `range`.
  public func integer(_ key: String, in range: ClosedRange<Int>) throws(Failure) -> Int? {
    guard let value = value(key) else { return nil }
    guard case .number(let number) = value, let integer = Int(exactly: number) else {
      throw wrong(key, value, wanted: "a whole number")
    }
    guard range.contains(integer) else {
      throw complaint(key, "is \(integer), must be \(range.lowerBound) to \(range.upperBound)")
    }
    return integer
  }

  /// True or false.
  public func bool(_ key: String) throws(Failure) -> Bool? {
    guard let value = value(key) else { return nil }
    guard case .bool(let bool) = value else { throw wrong(key, value, wanted: "true or false") }
    return bool
  }

  /// One of `names`; a wrong one is answered with the near match.
  public func choice(_ key: String, of names: [String]) throws(Failure) -> String? {
    guard let name = try string(key) else { return nil }
    guard names.contains(name) else {
      let hint = NearMatch.hint(for: name, among: names)
      throw complaint(key, "'\(name)' is none of \(names.joined(separator: ", "))\(hint)")
    }
    return name
  }

  /// A list of texts, none empty; `nil` when it is not there.
  public func strings(_ key: String) throws(Failure) -> [String]? {
    guard let elements = try elements(key) else { return nil }
    var strings: [String] = []
    for (index, element) in elements.enumerated() {
      guard case .string(let string) = element, !string.isEmpty else {
        throw wrong("\(key)[\(index)]", element, wanted: "a text that is not empty")
      }
      guard !string.unicodeScalars.contains("\0") else { throw complaint("\(key)[\(index)]", "holds a NUL character") }
      strings.append(string)
    }
    return strings
  }

  /// A text, or a list of texts that has at least one; `nil` when it is not there.
  public func oneOrMoreStrings(_ key: String) throws(Failure) -> [String]? {
    if case .string = value(key) { return try string(key).map { [$0] } }
    guard let strings = try strings(key) else { return nil }
    guard !strings.isEmpty else { throw complaint(key, "is an empty list") }
    return strings
  }

  /// The object at `key`.
  public func object(_ key: String, keys: [String]) throws(Failure) -> SettingReader? {
    guard let value = value(key) else { return nil }
    return try SettingReader(value, file: file, path: path(of: key), keys: keys)
  }

  /// The objects in the list at `key`; the list must be there and not be empty.
  public func requiredObjects(_ key: String, keys: [String]) throws(Failure) -> [SettingReader] {
    guard let elements = try elements(key) else { throw complaint(key, "is missing") }
    guard !elements.isEmpty else { throw complaint(key, "is an empty list") }
    var readers: [SettingReader] = []
    for (index, element) in elements.enumerated() {
      readers.append(try SettingReader(element, file: file, path: "\(path(of: key))[\(index)]", keys: keys))
    }
    return readers
  }

  /// The object at `key`, or the objects in the list there; none when it is not there.
  public func oneOrMoreObjects(_ key: String, keys: [String]) throws(Failure) -> [SettingReader] {
    if case .object = value(key) { return try object(key, keys: keys).map { [$0] } ?? [] }
    return has(key) ? try requiredObjects(key, keys: keys) : []
  }

  /// The objects in the object at `key`, by their names, sorted; none when it is not there.
  public func namedObjects(_ key: String, keys: [String]) throws(Failure) -> [(name: String, reader: SettingReader)] {
    guard let value = value(key) else { return [] }
    guard case .object(let objects) = value else { throw wrong(key, value, wanted: "an object") }
    var readers: [(String, SettingReader)] = []
    for (name, setting) in objects.sorted(by: { $0.key < $1.key }) {
      let path = "\(path(of: key)).\(name)"
      readers.append((name, try SettingReader(setting, file: file, path: path, keys: keys)))
    }
    return readers
  }

  /// A number of nodes, or a share of them as a text like `25%`.
  public func amount(_ key: String) throws(Failure) -> Amount? {
    if case .string(let text) = value(key) {
      guard let amount = Amount(text) else {
        throw complaint(key, "'\(text)' is no number of nodes like 2 or \"25%\"")
      }
      return amount
    }
    return try integer(key, in: 0...100_000).map(Amount.count)
  }
  /// A list of anything; `nil` when it is not there.
  public func settings(_ key: String) throws(Failure) -> [Setting]? { try elements(key) }

  private func elements(_ key: String) throws(Failure) -> [Setting]? {
    guard let value = value(key) else { return nil }
    guard case .array(let elements) = value else { throw wrong(key, value, wanted: "a list") }
    return elements
  }

  private func wrong(_ key: String, _ value: Setting, wanted: String) -> Failure {
    Self.wrong(file, path(of: key), value, wanted: wanted)
  }

  private static func wrong(_ file: String, _ path: String, _ value: Setting, wanted: String) -> Failure {
    let found = if case .string("") = value { "an empty text" } else { value.kind }
    return Failure(.refused, "\(file): \(path): must be \(wanted), is \(found)")
  }

  private static func check(_ found: [String], against keys: [String], file: String, path: String) throws(Failure) {
    guard let unknown = found.first(where: { !keys.contains($0) }) else { return }
    let where_ = path.isEmpty ? unknown : "\(path).\(unknown)"
    let hint = NearMatch.hint(for: unknown, among: keys)
    let known = hint.isEmpty ? " (known here: \(keys.joined(separator: ", ")))" : hint
    throw Failure(.refused, "\(file): \(where_): unknown key\(known)")
  }
}
