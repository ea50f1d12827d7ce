import Synchronization
import Upgrade

/// The APIs that a gateway serves: those of its datastore as they were when it started, as far as they are for its
/// version. That is why a new gateway serves migrated APIs only when they are transformed and it was restarted.
final class APICatalog: Sendable {
  /// One API.
  struct API: Sendable, Hashable {
    let name: String
    let version: String
  }

  private let apis = Mutex<Set<API>>([])

  /// Reads them.
  func load(_ options: APIGatewayOptions) async throws {
    let folder = DatastoreFolder(path: options.datastore)
    let documents = try await LoadThread.run { folder.documents(in: options.index(DatastoreIndex.apis)) }
    let found = documents.compactMap { Self.api($0, for: options.version) }
    apis.withLock { $0 = Set(found) }
  }

  /// Adds one that was just created.
  func add(_ api: API) { apis.withLock { _ = $0.insert(api) } }

  /// The API; nil where the gateway has none of that name and version.
  func find(_ name: String, _ version: String) -> API? {
    let api = API(name: name, version: version)
    return apis.withLock { $0.contains(api) } ? api : nil
  }

  /// All of them.
  var all: [API] { apis.withLock { $0.sorted { ($0.name, $0.version) < ($1.name, $1.version) } } }

  private static func api(_ document: StoredDocument, for version: GatewayVersion) -> API? {
    guard let fields = JSONText.fields(document.source),
      fields[AssetStep.versionField] as? String == version.rawValue, let name = fields["name"] as? String,
      let number = fields["apiVersion"] as? String,
      fields[AssetStep.name(of: "isActive", in: version)] as? Bool == true
    else { return nil }
    return API(name: name, version: number)
  }
}
