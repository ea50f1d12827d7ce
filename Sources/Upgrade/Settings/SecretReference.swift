/// Where a configuration file says that a secret is; the secret itself is never in the file.
public enum SecretReference: Sendable, Hashable, Codable {
  /// The environment variable of that name.
  case environment(String)
  /// The first line of the file at that path.
  case file(String)
  /// The operator, who is asked on the terminal.
  case prompt
}

extension SettingReader {
  private static let wanted = #"give {"environment": NAME}, {"file": PATH} or {"prompt": true}"#

  /// The reference to a secret at `key`: one of `{"environment": NAME}`, `{"file": PATH}` and `{"prompt": true}`; nil
  /// where there is none. The secret itself is refused, and not told.
  ///
  /// - Throws: `Failure` of kind `.refused`.
  public func secretReference(_ key: String, _ paths: PathResolver) throws(Failure) -> SecretReference? {
    guard let value = value(key) else { return nil }
    if case .string = value {
      throw complaint(key, "a secret does not belong into this file; \(Self.wanted)")
    }
    guard let reader = try object(key, keys: ["environment", "file", "prompt"]) else { return nil }
    let (name, file, isAsked) = (
      try reader.string("environment"), try reader.string("file"), try reader.bool("prompt")
    )
    switch (name, file, isAsked) {
    case (let name?, nil, nil):
      guard Self.isVariable(name) else {
        throw reader.complaint("environment", "is no name of an environment variable, like ZDU_OLD_PASSWORD")
      }
      return .environment(name)
    case (nil, let file?, nil): return .file(paths.resolve(file))
    case (nil, nil, true): return .prompt
    default: throw complaint(key, "\(Self.wanted), and only one of them")
    }
  }

  private static func isVariable(_ name: String) -> Bool {
    let isPlain = name.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || (48...57).contains(byte) || byte == 95
    }
    return isPlain && name.first?.isNumber == false
  }
}
