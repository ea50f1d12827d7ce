import Upgrade

extension GatewayClient {
  /// Has the new side's datastore emptied. Sent once.
  ///
  /// - Parameter backup: whether the gateway saves it first, for which the datastore needs `path.repo`.
  /// - Throws: `Failure`; of kind `.refused` where it has no place for the backup.
  public func startClean(backup: Bool = true) async throws -> MigrationStart {
    try await start("clean the datastore", backup ? [:] : ["backup": .bool(false)], .clean)
  }

  /// Has the new side's datastore filled from the old one. Sent once, or once for each word that `version` allows for
  /// the data when the gateway refuses the first.
  ///
  /// - Parameters:
  ///   - data: what is copied.
  ///   - version: the new gateway's; nil where it is not known.
  ///   - properties: migration properties by their full names, as they are.
  /// - Throws: `Failure`; of kind `.refused` where the gateway refuses the request.
  public func startReindex(
    _ data: ReindexedData, from source: ReindexSource, version: GatewayVersion?, properties: [String: String] = [:]
  ) async throws -> MigrationStart {
    var words = data.indicesTypes(for: version)
    while true {
      let word = words.removeFirst()
      var body: [String: Setting] = ["indicesType": .string(word), "sourceElasticsearch": source.body]
      // The vendor's schema has texts here, also for numbers.
      if !properties.isEmpty { body["properties"] = .object(properties.mapValues(Setting.string)) }
      do {
        return try await start("reindex \(word)", body, .reindex, hiding: source.login.map { [$0.password] } ?? [])
      } catch let failure as Failure where failure.kind == .refused && !words.isEmpty {
        continue
      }
    }
  }

  /// Has what was copied made fit for the new version. Sent once.
  ///
  /// - Throws: `Failure`.
  public func startTransform() async throws -> MigrationStart {
    try await start("transform the assets", [:], .transform)
  }

  /// How far `action` is.
  ///
  /// - Throws: `Failure`.
  public func migrationStatus(of action: MigrationAction) async throws -> MigrationStatus {
    let call = GatewayCall.get(
      "ask how far \(action.rawValue) is", url.administration("/migration/status?action=\(action.rawValue)"))
    let answer = try await answer(to: call, orAny: [404])
    if answer.status == 404 { return .neverRun }
    guard let reader = AnswerReader(answer.body) else { throw unreadable(answer, to: call) }
    return .begun(ActionProgress(reader))
  }

  private func start(
    _ title: String, _ rest: [String: Setting], _ action: MigrationAction, hiding secrets: [Secret] = []
  ) async throws -> MigrationStart {
    let call = GatewayCall(
      title: title, method: "POST", url: url.administration("/migration"),
      body: rest.merging(["action": .string(action.rawValue)]) { $1 }, isRepeatable: false, secrets: secrets)
    do {
      return try await answer(to: call, orAny: [409]).status == 409 ? .alreadyRunning : .started
    } catch let failure as Failure where Self.isLost(failure) {
      return .answerLost(failure)
    }
  }
}
