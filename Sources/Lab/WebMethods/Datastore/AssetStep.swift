/// What `transform` does to an asset from one version to the next: a field gets another name. The vendor's own handlers
/// are not documented; these are the lab's, so that an asset that was not transformed is known for one.
struct AssetStep: Sendable {
  let version: GatewayVersion
  let from: String
  let to: String

  /// The field that says for which version an asset is.
  static let versionField = "gatewayVersion"

  /// All steps, in order.
  static let all = [
    AssetStep(version: .v10_11, from: "isActive", to: "active"),
    AssetStep(version: .v10_15, from: "owner", to: "ownerName"),
    AssetStep(version: .v11_0, from: "maturityState", to: "lifecycleState"),
  ]

  /// The name that the field called `field` in 10.7 has in `version`.
  static func name(of field: String, in version: GatewayVersion) -> String {
    all.first { $0.from == field && version.isAtLeast($0.version) }?.to ?? field
  }

  /// The asset as `version` has it; nil when it is no asset of an earlier version or of this one.
  static func transform(_ document: StoredDocument, to version: GatewayVersion) -> StoredDocument? {
    guard var fields = JSONText.fields(document.source),
      let old = (fields[versionField] as? String).flatMap(GatewayVersion.init(rawValue:)), version.isAtLeast(old)
    else { return nil }
    if old == version { return document }
    for step in all where !old.isAtLeast(step.version) && version.isAtLeast(step.version) {
      guard let value = fields.removeValue(forKey: step.from) else { return nil }
      fields[step.to] = value
    }
    fields[versionField] = version.rawValue
    return JSONText.line(fields).map { StoredDocument(id: document.id, source: $0) }
  }
}
