/// What a new gateway does with the datastore; the raw value is the API's word.
public enum MigrationAction: String, Sendable, Hashable, Codable, CaseIterable {
  /// Empties the new datastore.
  case clean
  /// Copies from the old datastore; core data and logs share one status.
  case reindex
  /// Makes what was copied fit for the new version.
  case transform
}
