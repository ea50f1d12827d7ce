import Upgrade

/// What is handed to the new gateway for a migration.
public struct MigrationSettings: Sendable, Hashable {
  /// The property without which nobody knows which data is meant; the vendor's texts have `default` and `apigateway`.
  public static let tenantKey = "apigateway.migration.srcTenantName"

  /// The migration properties by their full names, as texts, among them `tenantKey`.
  public let properties: [String: String]
  /// Whether the new datastore is saved before it is emptied.
  public let hasBackup: Bool

  /// Settings.
  public init(properties: [String: String], hasBackup: Bool = true) {
    self.properties = properties
    self.hasBackup = hasBackup
  }

  /// Reads an object `migration`.
  ///
  /// - Throws: `Failure` of kind `.refused`.
  init(_ reader: SettingReader) throws(Failure) {
    guard case .object(let object) = reader.value("properties") ?? .object([:]) else {
      throw reader.complaint("properties", "must be an object")
    }
    var texts: [String: String] = [:]
    for (name, value) in object.sorted(by: { $0.key < $1.key }) {
      guard let text = Self.text(value) else {
        throw reader.complaint("properties.\(name)", "must be a text, a number, or true or false, is \(value.kind)")
      }
      texts[name] = text
    }
    guard texts[Self.tenantKey]?.isEmpty == false else {
      let hint = texts.keys.sorted().lazy.map { NearMatch.hint(for: $0, among: [Self.tenantKey]) }.first { !$0.isEmpty }
      throw reader.complaint(
        "properties.\(Self.tenantKey)",
        "is missing: the old side's tenant, in many installations default or apigateway; it is never guessed"
          + (hint == nil ? "" : " (is it misspelled?)"))
    }
    self.init(properties: texts, hasBackup: try reader.bool("backup") ?? true)
  }

  private static func text(_ value: Setting) -> String? {
    switch value {
    case .string(let text): text
    case .number(let number): Int(exactly: number).map(String.init) ?? String(number)
    case .bool(let bool): bool ? "true" : "false"
    case .null, .array, .object: nil
    }
  }
}
