import Hummingbird
import Upgrade

/// `/quiescemode`.
struct QuiesceResource: AdminResource {
  /// How long requests in flight may take when all is blocked.
  static let drainLimit = Duration.seconds(60)

  let options: APIGatewayOptions
  let control: QuiesceControl
  let ports: PortRegistry
  let log: TransactionLog
  let webhooks: WebhookSender
  let faults: GatewayFaultInjector

  func methods(at path: [String]) -> [HTTPRequest.Method] { path.isEmpty ? [.get, .put] : [] }

  func answer(_ call: HTTPCall) async -> ServerAnswer {
    if call.method == .get { return answer(await control.standing) }
    guard let fields = call.fields, case .bool(let enable)? = fields["enable"],
      case .string(let word)? = fields["block"], let block = QuiesceControl.Block(rawValue: word),
      let flush = Self.flush(fields["flush"])
    else {
      return .refusal(.badRequest, "The quiesce mode needs enable (true or false) and block (designtime or all).")
    }
    if !enable { return await disable(block) }
    let step = GatewayFault.Step(block)
    if faults.fault(step)?.kind == .error { return .refusal(.internalServerError, "The lab's fault is set.") }
    if block == .all, await ports.quiescePort == nil {
      return .refusal(.internalServerError, "A valid quiesce port should be set, enabled, and not suspended.")
    }
    guard let standing = await control.enable(block, flush: flush) else { return alreadyInEffect }
    var answer = answer(standing)
    answer.afterwards = { await run(block, flush: standing.flush) }
    return answer
  }

  private var alreadyInEffect: ServerAnswer { .refusal(.conflict, "The quiesce mode is already in effect.") }

  private func disable(_ block: QuiesceControl.Block) async -> ServerAnswer {
    guard block == .designtime else { return .refusal(.badRequest, "Quiesce mode for all cannot be disabled.") }
    guard let standing = await control.disable() else { return alreadyInEffect }
    return answer(standing)
  }

  /// What is to be flushed: everything where nothing is said; nil when it is something unknown.
  private static func flush(_ setting: Setting?) -> [TransactionLog.Metrics]? {
    switch setting {
    case nil, .null: return TransactionLog.Metrics.allCases
    case .array(let words):
      let kinds = words.compactMap { word -> TransactionLog.Metrics? in
        guard case .string(let text) = word else { return nil }
        return TransactionLog.Metrics(rawValue: text)
      }
      guard kinds.count == words.count else { return nil }
      return kinds.isEmpty ? TransactionLog.Metrics.allCases : kinds
    default: return nil
    }
  }

  private func answer(_ standing: QuiesceControl.Standing) -> ServerAnswer {
    var fields: [String: Setting] = [
      "enable": .bool(standing.isEnabled), "block": .string(standing.block.rawValue),
      "flush": .array(standing.flush.map { .string($0.rawValue) }), "status": .null, "failureReason": .null,
    ]
    switch standing.outcome {
    case nil: if standing.isRunning, let word = options.version.pendingStatus { fields["status"] = .string(word) }
    case .success: fields["status"] = .string("success")
    case .failure(let reason):
      fields["status"] = .string("failure")
      fields["failureReason"] = .string(reason)
    }
    return ServerAnswer(.ok, .object(options.version.isOmittingNulls ? fields.filter { $0.value != .null } : fields))
  }

  private func run(_ block: QuiesceControl.Block, flush: [TransactionLog.Metrics]) async {
    let outcome: QuiesceControl.Outcome
    do {
      switch block {
      case .designtime: try await faults.meet(.quiesceDesigntime)
      case .all: try await blockAll(flush)
      }
      outcome = .success
    } catch {
      outcome = .failure(Failure.from(error, as: .io).message)
    }
    guard await control.end(block, outcome) else { return }
    let reason: String? = if case .failure(let text) = outcome { text } else { nil }
    await webhooks.fire(block == .all ? .allQuiesced : .designtimeQuiesced, failureReason: reason)
  }

  private func blockAll(_ flush: [TransactionLog.Metrics]) async throws {
    let kind = faults.fault(.quiesceAll)?.kind
    // What fails does so while everything still goes on; what hangs does so behind closed doors.
    if kind == .fail || kind == .die { try await faults.meet(.quiesceAll) }
    await ports.closeAllButQuiescePort(within: Self.drainLimit)
    do {
      try await faults.meet(.quiesceAll)
      try log.flush()
      try log.flush(flush)
    } catch {
      try await ports.reopen()
      throw error
    }
  }
}

extension GatewayFault.Step {
  /// The step of quiescing.
  fileprivate init(_ block: QuiesceControl.Block) {
    self = block == .all ? .quiesceAll : .quiesceDesigntime
  }
}
