import Upgrade

/// Quiesces an old gateway, or ends that, and sees that it is so.
struct QuiesceWork: Sendable {
  let work: GatewayWork

  private var client: GatewayClient { work.client }

  /// Has it refuse design-time changes.
  func quiesceDesigntime() async throws {
    let before = try await client.quiesceState().progress
    let change = try await client.quiesceDesigntime()
    await work.accepted()
    await work.say(change == .alreadySo ? "it is so already (409)" : "accepted")
    var freshness = work.freshness(behind: before)
    try await work.wait(orSay: "it does not say that design-time changes are refused") { () -> Void? in
      let state = try await client.quiesceState()
      let counts = freshness.counts(state.progress)
      if state.isDesigntimeBlocked { return () }
      if counts, case .failure(let reason) = state.progress { throw failed(reason) }
      return nil
    }
    await work.say("design-time changes are refused")
  }

  /// Has it take them again.
  func endDesigntime() async throws {
    let change = try await client.endDesigntimeQuiesce()
    await work.say(change == .alreadySo ? "it takes them already (409)" : "accepted")
    try await work.wait(orSay: "it does not say that it takes design-time changes again") { () -> Void? in
      try await client.quiesceState().isEnabled ? nil : ()
    }
    await work.say("design-time changes are taken again")
  }

  /// Has it refuse everything: it is done when the quiesce port, which has answered, does so no more.
  func quiesceAll(_ port: QuiescePort) async throws {
    let through = client.throughPort(port.number)
    if !work.isAccepted {
      guard try await answers(through, port) else { return await work.say("everything is quiesced already") }
      try await begin(through, port)
    }
    try await end(through)
  }

  /// Whether the gateway can be seen to be quiesced: its quiesce port answers now. False where it is quiesced already.
  private func answers(_ through: GatewayClient, _ port: QuiescePort) async throws -> Bool {
    let health = try await through.health()
    if health.isAnswered {
      await work.say("health through port \(port.number): 200")
      return true
    }
    guard try await !client.health().isAnswered else {
      throw Failure(
        .gateway, "quiesce port \(port.number) does not answer, so it could not be seen when everything is quiesced",
        evidence: health.failure.map { [$0.message] } ?? [], remedy: Self.remedy)
    }
    if case .refused = health { return false }
    throw health.failure ?? Failure(.unhealthy, "it does not answer")
  }

  private func begin(_ through: GatewayClient, _ port: QuiescePort) async throws {
    var lost: Stopwatch?
    try await work.wait(orSay: "it is not known whether it has begun") { () -> Void? in
      if let lost, lost.elapsed < work.pace.settling {
        guard try await !through.health().isAnswered else { return nil }
        return ()
      }
      do {
        switch try await client.quiesceAll() {
        case .accepted: await work.say("accepted")
        case .alreadySo: await work.say("it is under way already (409)")
        case .answerLost(let failure):
          await work.say("no answer, so its health tells whether it has begun: \(failure.message)")
          // It says 409 to a second one where the first has begun.
          lost = Stopwatch(work.clock)
          return nil
        }
      } catch let failure as Failure where failure.kind == .gateway {
        throw Failure(.gateway, failure.message, evidence: failure.evidence, remedy: Self.remedy)
      }
      return ()
    }
    await work.accepted()
  }

  private func end(_ through: GatewayClient) async throws {
    var (silent, failures) = (0, 0)
    var said: ActionProgress?
    try await work.wait(orSay: "the health through its quiesce port is still answered") { () -> Void? in
      switch try await through.health() {
      case .answered: silent = 0
      case .refused(let status, _):
        await work.say("health through the quiesce port: \(status), so everything is quiesced")
        return ()
      case .silent:
        silent += 1
        guard silent > 1 else { return nil }
        await work.journal.record(
          .warning(
            node: work.node.name,
            text: "its quiesce port does not answer at all any more; whether its counters were flushed is not known"))
        return ()
      }
      // It may end between the two questions, and has nothing to say then.
      guard let state = try? await through.withoutRetry.quiesceState() else { return nil }
      // One that has failed may tell of what it refused before, and refuses again; a first such look may be an old one.
      if case .failure = state.progress { failures += 1 } else { failures = 0 }
      guard state.block == .all || failures > 1 else { return nil }
      if state.progress != said { await work.say("quiesce for all: \(state.progress)") }
      said = state.progress
      if case .failure(let reason) = state.progress { throw failed(reason) }
      return nil
    }
  }

  private func failed(_ reason: String?) -> Failure {
    let text = PlainText.oneLine(reason ?? "it gives no reason")
    return Failure(
      .gateway, "quiescing failed on the gateway: \(text)", evidence: reason == nil ? [] : [text],
      remedy: "look at the gateway's server log")
  }

  private static let remedy =
    "see to the quiesce port with 'zdupgrade gateway port create-quiesce'; it must be there, enabled, and set as such"
}
