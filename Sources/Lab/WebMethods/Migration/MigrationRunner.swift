import AsyncHTTPClient
import Upgrade

/// Does what a migration consists of, on the gateway's own datastore.
struct MigrationRunner: Sendable {
  let options: APIGatewayOptions
  let webhooks: WebhookSender
  let faults: GatewayFaultInjector
  let client: HTTPClient

  private var folder: DatastoreFolder { DatastoreFolder(path: options.datastore) }

  /// Runs an action that the ledger has as begun, to its end, and says how it went.
  func run(_ action: MigrationAction) async {
    var failureReason: String?
    do {
      try await faults.meet(action.step)
      try await perform(action)
    } catch {
      failureReason = Failure.from(error, as: .io).message
    }
    let isDone = failureReason == nil
    let isCoreReindexed: Bool? =
      switch action {
      // Also a clean that failed may have taken something away.
      case .clean: false
      case .reindex(let request): request.isCore && isDone ? true : nil
      case .transform, .backup: nil
      }
    // What cannot be written down is seen as an action that never ends.
    try? MigrationLedger(folder).end(
      action.name, failureReason: failureReason, isCoreReindexed: isCoreReindexed)
    if let event = action.event { await webhooks.fire(event, failureReason: failureReason) }
  }

  private func perform(_ action: MigrationAction) async throws {
    let folder = folder
    let pathRepo = options.pathRepo
    switch action {
    case .clean(let hasBackup):
      try await offPool { () throws(Failure) in try folder.clean(backup: hasBackup ? pathRepo : nil) }
    case .backup: try await offPool { () throws(Failure) in try folder.back(up: pathRepo ?? "") }
    case .reindex(let request): try await reindex(request)
    case .transform: try await transform()
    }
  }

  /// Reads and writes of whole indices are not for Swift's own threads.
  private func offPool(_ work: @escaping @Sendable () throws(Failure) -> Void) async throws {
    try await LoadThread.run {
      do throws(Failure) {
        try work()
        return Result<Void, Failure>.success(())
      } catch {
        return .failure(error)
      }
    }.get()
  }

  private func reindex(_ request: ReindexRequest) async throws {
    if let allowed = options.remoteWhitelist, !allowed.contains(request.endpoint) {
      throw Failure(.refused, "[\(request.endpoint)] not whitelisted in reindex.remote.whitelist")
    }
    let source = RemoteDatastore(url: request.url, user: request.user, client: client)
    guard try await source.identity() != folder.identity else {
      throw Failure(.refused, "The source is the gateway's own datastore.")
    }
    let names = Set(try await source.indices())
    let kinds = request.isCore ? DatastoreIndex.core : DatastoreIndex.logs
    let found = kinds.filter { names.contains(DatastoreIndex.name($0, tenant: request.sourceTenant)) }
    guard !found.isEmpty else {
      throw Failure(.refused, "The source has no indices of the tenant '\(request.sourceTenant)'.")
    }
    for kind in found {
      let index = options.index(kind)
      let segment = DatastoreFolder.segmentName("reindexed")
      let from = DatastoreIndex.name(kind, tenant: request.sourceTenant)
      try await source.read(from, size: request.batchSize(of: kind)) { documents in
        try folder.append(documents, to: index, segment: segment)
      }
    }
  }

  private func transform() async throws {
    guard MigrationLedger(folder).isCoreReindexed else {
      throw Failure(.refused, "There is nothing to transform: the core indices were not reindexed.")
    }
    let folder = folder
    let version = options.version
    for kind in DatastoreIndex.core {
      let index = options.index(kind)
      try await offPool { () throws(Failure) in
        let documents = folder.documents(in: index)
        if documents.isEmpty { return }
        let transformed = try documents.map { document throws(Failure) in
          guard let result = AssetStep.transform(document, to: version) else {
            throw Failure(
              .refused, "The asset \(document.id) of \(index) cannot be transformed to \(version.rawValue).")
          }
          return result
        }
        try folder.replace(transformed, in: index)
      }
    }
  }
}
