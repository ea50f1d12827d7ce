import Upgrade

extension GatewayClient {
  /// Tells the gateway to refuse design-time changes; `quiesceState` says when it does. Repeated where no answer came.
  ///
  /// - Throws: `Failure`.
  public func quiesceDesigntime() async throws -> QuiesceChange { try await change(true, .designtime) }

  /// Ends the refusal of design-time changes.
  ///
  /// - Throws: `Failure`.
  public func endDesigntimeQuiesce() async throws -> QuiesceChange { try await change(false, .designtime) }

  /// Tells the gateway to flush its counters and to refuse everything. The API cannot take this back, and does not answer
  /// afterwards: the quiesce port's health check says when it is done.
  ///
  /// - Parameter flush: what is flushed.
  /// - Throws: `Failure`; of kind `.gateway` where the gateway has no usable quiesce port.
  public func quiesceAll(flushing flush: [FlushedData] = FlushedData.allCases) async throws -> QuiesceChange {
    try await change(true, .all, flush)
  }

  /// What the gateway says about its quiesce mode.
  ///
  /// - Throws: `Failure`.
  public func quiesceState() async throws -> QuiesceState {
    let call = GatewayCall.get("ask for the quiesce mode", url.administration("/quiescemode"))
    let answer = try await answer(to: call, orAny: [])
    guard let state = AnswerReader(answer.body).flatMap(QuiesceState.init) else { throw unreadable(answer, to: call) }
    return state
  }

  /// Whether the gateway has the operations of an upgrade at all, as those from 10.7 on do (10.5 with fix 9, by the
  /// vendor's text).
  ///
  /// - Throws: `Failure` where it does not answer, or not us.
  public func offersUpgrade() async throws -> Bool {
    let call = GatewayCall.get("ask for the quiesce mode", url.administration("/quiescemode"))
    let answer = try await answer(to: call, orAny: [404, 405])
    guard (200..<300).contains(answer.status) else { return false }
    guard AnswerReader(answer.body) != nil else { throw unreadable(answer, to: call) }
    return true
  }

  private func change(
    _ enable: Bool, _ block: QuiesceBlock, _ flush: [FlushedData] = []
  ) async throws -> QuiesceChange {
    var body: [String: Setting] = ["enable": .bool(enable), "block": .string(block.rawValue)]
    if block == .all { body["flush"] = .array(flush.map { .string($0.rawValue) }) }
    let call = GatewayCall(
      title: "\(enable ? "quiesce" : "end the quiesce mode for") \(block.rawValue)", method: "PUT",
      url: url.administration("/quiescemode"), body: body, isRepeatable: block == .designtime)
    do {
      return try await answer(to: call, orAny: [409]).status == 409 ? .alreadySo : .accepted
    } catch let failure as Failure where block == .all && Self.isLost(failure) {
      return .answerLost(failure)
    }
  }
}
