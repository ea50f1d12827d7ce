import FoundationEssentials

/// A document of a datastore: its name within the index, and its JSON as one line of text.
struct StoredDocument: Sendable, Hashable {
  let id: String
  let source: String

  /// A document with the source as it stands.
  init(id: String, source: String) {
    self.id = id
    self.source = source
  }

  /// A document with these fields, `id` among them.
  init(id: String, fields: [(String, JSONText.Value)]) {
    self.id = id
    source = JSONText.object([("id", .text(id))] + fields)
  }
}
