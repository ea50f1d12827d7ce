import Hummingbird
import Upgrade

/// `/migration` and `/migration/status`.
struct MigrationResource: AdminResource {
  let options: APIGatewayOptions
  let runner: MigrationRunner
  let faults: GatewayFaultInjector

  private var ledger: MigrationLedger { MigrationLedger(DatastoreFolder(path: options.datastore)) }

  func methods(at path: [String]) -> [HTTPRequest.Method] {
    switch path {
    case []: [.post]
    case ["status"]: [.get]
    default: []
    }
  }

  func answer(_ call: HTTPCall) async -> ServerAnswer {
    call.method == .get ? status(call) : begin(call)
  }

  private func status(_ call: HTTPCall) -> ServerAnswer {
    let name = call.query["action"] ?? ""
    guard MigrationAction.namesWithStatus.contains(name), let state = ledger.state(of: name) else {
      return .refusal(.notFound, "The status of the action \(name) is not found.")
    }
    var fields: [String: Setting] = ["status": .null, "failureReason": .null]
    switch state {
    case .running: if let word = options.version.pendingStatus { fields["status"] = .string(word) }
    case .success: fields["status"] = .string("success")
    case .failure(let reason):
      fields["status"] = .string("failure")
      fields["failureReason"] = .string(reason)
    }
    return ServerAnswer(.ok, .object(options.version.isOmittingNulls ? fields.filter { $0.value != .null } : fields))
  }

  private func begin(_ call: HTTPCall) -> ServerAnswer {
    do {
      let action = try action(call)
      if faults.fault(action.step)?.kind == .error {
        return .refusal(.internalServerError, "The lab's fault '\(action.step.rawValue)' is set.")
      }
      if let other = try ledger.begin(action.name) {
        return .refusal(.conflict, "The action \(other) is already in progress.")
      }
      var answer = ServerAnswer(
        .accepted, .object(["status": .string(" \(action.name) operation is in progress")]))
      answer.afterwards = { await runner.run(action) }
      return answer
    } catch {
      return .refusal(error.kind == .refused ? .badRequest : .internalServerError, error.message)
    }
  }

  private func action(_ call: HTTPCall) throws(Failure) -> MigrationAction {
    guard let fields = call.fields, case .string(let name)? = fields["action"] else {
      throw Failure(.refused, "The action is missing.")
    }
    switch name {
    case "clean":
      let hasBackup: Bool
      switch fields["backup"] {
      case nil, .null: hasBackup = true
      case .bool(let bool): hasBackup = bool
      default: throw Failure(.refused, "The value of backup must be true or false.")
      }
      if hasBackup { try checkPathRepo() }
      return .clean(hasBackup: hasBackup)
    case "reindex": return .reindex(try ReindexRequest(fields, version: options.version))
    case "transform": return .transform
    case "backup" where options.version.isAtLeast(.v11_0):
      try checkPathRepo()
      return .backup
    default: throw Failure(.refused, "The action \(name) is not known.")
    }
  }

  private func checkPathRepo() throws(Failure) {
    if options.pathRepo == nil {
      throw Failure(.refused, "The property path.repo is not configured in elasticsearch.yml.")
    }
  }
}
