import Upgrade

/// Fills a datastore with what a gateway of some age has in it.
struct DocumentGenerator: Sendable {
  let tenant: String
  let version: GatewayVersion
  /// The beginning of the names of its APIs.
  var apiPrefix = "api-"

  /// The least number of documents: one in each index, and an API or two.
  static let least = 2 * (DatastoreIndex.core.count + DatastoreIndex.logs.count)
  /// The `gateway` of transactions that no gateway of the lab has counted.
  static let history = "history"

  /// The name of the API with this number, from 1 on; its version is 1.0.
  static func api(_ number: Int) -> String { "api-\(number)" }

  /// How many APIs there are among `count` documents.
  static func apis(of count: Int) -> Int { share(core(of: count), of: DatastoreIndex.core.count, at: 0) }

  /// How many of `count` documents are assets.
  static func core(of count: Int) -> Int { max(count * 2 / 5, DatastoreIndex.core.count) }

  /// Adds `count` documents, two fifths assets, the others logs and events.
  func fill(_ folder: DatastoreFolder, count: Int) throws(Failure) {
    let core = Self.core(of: count)
    for (index, kind) in DatastoreIndex.core.enumerated() {
      let number = Self.share(core, of: DatastoreIndex.core.count, at: index)
      try write((0..<number).map { asset(kind, $0 + 1) }, to: kind, in: folder)
    }
    for (index, kind) in DatastoreIndex.logs.enumerated() {
      let number = Self.share(count - core, of: DatastoreIndex.logs.count, at: index)
      try write((0..<number).map { event(kind, $0 + 1) }, to: kind, in: folder)
    }
  }

  private func write(_ documents: [StoredDocument], to kind: String, in folder: DatastoreFolder) throws(Failure) {
    let name = DatastoreIndex.name(kind, tenant: tenant)
    try folder.append(documents, to: name, segment: DatastoreFolder.segmentName("generated"))
  }

  private static func share(_ total: Int, of parts: Int, at index: Int) -> Int {
    total / parts + (index < total % parts ? 1 : 0)
  }

  private func asset(_ kind: String, _ number: Int) -> StoredDocument {
    let isAPI = kind == DatastoreIndex.apis
    return StoredDocument(
      id: "\(kind)-\(version.rawValue)-\(number)",
      fields: [
        ("type", .text(kind)), ("name", .text(isAPI ? "\(apiPrefix)\(number)" : "\(kind) \(number)")),
        ("apiVersion", .text("1.0")), (AssetStep.name(of: "isActive", in: version), .bool(true)),
        (AssetStep.name(of: "owner", in: version), .text("team-\(number % 7)")),
        (AssetStep.name(of: "maturityState", in: version), .text("Productive")),
        (
          "description",
          .text("An asset of the lab, \"\(kind)\" number \(number), as version \(version.rawValue) has it.")
        ),
        (AssetStep.versionField, .text(version.rawValue)),
      ])
  }

  private func event(_ kind: String, _ number: Int) -> StoredDocument {
    StoredDocument(
      id: "\(kind)-\(Self.history)-\(number)",
      fields: [
        ("type", .text(kind)), ("gateway", .text(Self.history)), ("apiName", .text(Self.api(1 + number % 4))),
        ("apiVersion", .text("1.0")), ("status", .text("SUCCESS")), ("count", .number(1)),
        ("creationDate", .number(1_700_000_000_000 + number)),
      ])
  }
}
