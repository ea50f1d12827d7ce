import FoundationEssentials
import Glibc
import Synchronization
import Upgrade

/// What a gateway counts: a document for each transaction, written soon after it, and sums in memory that are written
/// only when something flushes them.
final class TransactionLog: Sendable {
  /// The sums; the names are those of the API.
  enum Metrics: String, Sendable, CaseIterable {
    case license = "license_metrics"
    case performance = "performance_metrics"
    case quota = "subscription_quota"
  }

  private struct Memory {
    var number = 0
    var documents: [StoredDocument] = []
    /// For each kind of sum: how many transactions each API had since it was flushed.
    var sums: [Metrics: [String: Int]] = [:]
  }

  private let options: APIGatewayOptions
  private let folder: DatastoreFolder
  private let run: String
  private let segment: String
  private let memory = Mutex(Memory())

  init(_ options: APIGatewayOptions) {
    self.options = options
    folder = DatastoreFolder(path: options.datastore)
    let name = LabLayout.fileName(options.name)
    segment = DatastoreFolder.segmentName(name)
    run = "\(name)-\(getpid())-\(String(UInt32.random(in: 0 ... .max), radix: 36))"
  }

  /// Counts one transaction.
  func note(_ api: APICatalog.API, sequence: String?) {
    memory.withLock { memory in
      memory.number += 1
      var fields: [(String, JSONText.Value)] = [
        ("type", .text(DatastoreIndex.transactions)), ("gateway", .text(options.name)),
        ("gatewayVersion", .text(options.version.rawValue)), ("apiName", .text(api.name)),
        ("apiVersion", .text(api.version)), ("status", .text("SUCCESS")), ("creationDate", .number(Self.milliseconds)),
      ]
      if let sequence { fields.append(("sequence", .text(sequence))) }
      memory.documents.append(StoredDocument(id: "\(run)-\(memory.number)", fields: fields))
      for kind in Metrics.allCases { memory.sums[kind, default: [:]][api.name, default: 0] += 1 }
    }
  }

  /// Writes the transactions that are not written yet; those that cannot be written are kept.
  func flush() throws(Failure) {
    let result = memory.withLock { memory -> Result<Void, Failure> in
      do throws(Failure) {
        try folder.append(memory.documents, to: options.index(DatastoreIndex.transactions), segment: segment)
        memory.documents = []
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  /// Writes sums, and begins them anew.
  func flush(_ kinds: [Metrics]) throws(Failure) {
    for kind in kinds {
      let sums = memory.withLock { $0.sums.removeValue(forKey: kind) ?? [:] }
      let documents = sums.sorted { $0.key < $1.key }.map { api, count in
        StoredDocument(
          id: "\(run)-\(kind.rawValue)-\(UInt32.random(in: 0 ... .max))-\(LabLayout.fileName(api))",
          fields: [
            ("type", .text(kind.rawValue)), ("gateway", .text(options.name)), ("apiName", .text(api)),
            ("count", .number(count)), ("creationDate", .number(Self.milliseconds)),
          ])
      }
      try folder.append(documents, to: options.index(kind.index), segment: segment)
    }
  }

  /// Writes the transactions about each second; ends when it is cancelled.
  func writeRegularly() async {
    while !Task.isCancelled {
      // What cannot be written now is written later.
      try? flush()
      try? await Task.sleep(for: .seconds(1))
    }
  }

  private static var milliseconds: Int { Int(Date().timeIntervalSince1970 * 1000) }
}

extension TransactionLog.Metrics {
  /// The kind of the index that they are written to.
  var index: String {
    switch self {
    case .license: DatastoreIndex.licenseMetrics
    case .performance: DatastoreIndex.performanceMetrics
    case .quota: DatastoreIndex.quota
    }
  }
}
