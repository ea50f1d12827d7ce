/// What is in the datastores of a stage: the books of an upgrade, made from the files on disk and from nothing else.
public struct BlueGreenAccount: Sendable, Hashable {
  /// The documents of one datastore, each name once.
  public struct Side: Sendable, Hashable {
    /// The assets.
    public internal(set) var core = 0
    /// Logs and events, the transactions among them.
    public internal(set) var logs = 0
  }

  /// What the old datastore has.
  public let old: Side
  /// What the new one has.
  public let new: Side
  /// How many assets of the new datastore are as the new version has them.
  public let transformed: Int
  /// How many assets of the old datastore are not in the new one.
  public let missingCore: Int
  /// How many logs and events of the old datastore are not in the new one.
  public let missingLogs: Int
  /// How many transactions each gateway has counted, by its name, in both datastores together, each once.
  public let transactions: [String: Int]
  /// The same from the new datastore alone: after a complete upgrade it is the same.
  public let newTransactions: [String: Int]
  /// The sums that were flushed as performance metrics, by gateway, in both datastores together.
  public let flushed: [String: Int]
  /// How many transactions were counted more than once: those of requests with the same `X-Zdu-Sequence`.
  public let duplicated: Int

  /// All transactions that the stage's gateways have counted.
  public var total: Int { transactions.values.reduce(0, +) }

  /// Whether all of the old datastore is in the new one, and every asset there is transformed.
  public var isComplete: Bool { missingCore == 0 && missingLogs == 0 && transformed == new.core }

  /// Counts; reads every document.
  init(old oldFolder: DatastoreFolder, new newFolder: DatastoreFolder, of description: BlueGreenDescription) {
    let tenant = description.tenant
    let oldData = Contents(oldFolder, tenant: tenant)
    let newData = Contents(newFolder, tenant: tenant)
    old = oldData.side
    new = newData.side
    let version = description.new.first?.version ?? description.old.first?.version
    transformed = newData.core.values.reduce(0) { $0 + $1.count { Self.version(of: $0) == version?.rawValue } }
    missingCore = Self.missing(oldData.core, newData.core)
    missingLogs = Self.missing(oldData.logs, newData.logs)
    let names = Set(description.nodes.map(\.name))
    let own = Self.byGateway(newData, DatastoreIndex.transactions, names)
    let both = own.merging(Self.byGateway(oldData, DatastoreIndex.transactions, names)) { own, _ in own }
    newTransactions = Dictionary(grouping: own.values) { $0.gateway }.mapValues(\.count)
    transactions = Dictionary(grouping: both.values) { $0.gateway }.mapValues(\.count)
    let metrics = Self.byGateway(newData, DatastoreIndex.performanceMetrics, names)
      .merging(Self.byGateway(oldData, DatastoreIndex.performanceMetrics, names)) { own, _ in own }
    flushed = Dictionary(grouping: metrics.values) { $0.gateway }.mapValues { $0.reduce(0) { $0 + $1.count } }
    let sequences = both.values.compactMap(\.sequence)
    duplicated = sequences.count - Set(sequences).count
  }

  /// One line for each thing that is counted.
  public var text: String {
    let counted = transactions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    return """
      documents, old datastore: \(old.core) core, \(old.logs) logs and events
      documents, new datastore: \(new.core) core (\(transformed) transformed), \(new.logs) logs and events
      missing in the new one: \(missingCore) core, \(missingLogs) logs and events
      transactions counted: \(total) (\(counted)), \(duplicated) twice
      """
  }

  /// The documents of a datastore by the kind of their index.
  private struct Contents {
    var core: [String: [StoredDocument]] = [:]
    var logs: [String: [StoredDocument]] = [:]

    init(_ folder: DatastoreFolder, tenant: String) {
      for kind in DatastoreIndex.core { core[kind] = folder.documents(in: DatastoreIndex.name(kind, tenant: tenant)) }
      for kind in DatastoreIndex.logs { logs[kind] = folder.documents(in: DatastoreIndex.name(kind, tenant: tenant)) }
    }

    var side: Side {
      Side(core: core.values.reduce(0) { $0 + $1.count }, logs: logs.values.reduce(0) { $0 + $1.count })
    }
  }

  private struct Count {
    let gateway: String
    let count: Int
    let sequence: String?
  }

  private static func version(of document: StoredDocument) -> String? {
    JSONText.fields(document.source)?[AssetStep.versionField] as? String
  }

  private static func missing(_ old: [String: [StoredDocument]], _ new: [String: [StoredDocument]]) -> Int {
    old.reduce(0) { sum, index in
      let there = Set((new[index.key] ?? []).map(\.id))
      return sum + index.value.count { !there.contains($0.id) }
    }
  }

  private static func byGateway(_ contents: Contents, _ kind: String, _ names: Set<String>) -> [String: Count] {
    var found: [String: Count] = [:]
    for document in contents.logs[kind] ?? [] {
      guard let fields = JSONText.fields(document.source), let gateway = fields["gateway"] as? String,
        names.contains(gateway)
      else { continue }
      found[document.id] = Count(
        gateway: gateway, count: fields["count"] as? Int ?? 1, sequence: fields["sequence"] as? String)
    }
    return found
  }
}
