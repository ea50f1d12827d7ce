import Upgrade

/// Sees that a gateway serves, restarts it, or shuts it down.
struct LifeWork: Sendable {
  let work: GatewayWork

  private var client: GatewayClient { work.client }

  /// Waits until it serves.
  func healthy() async throws {
    var said: String?
    try await work.wait(orSay: said ?? "it does not serve") { () -> Void? in
      let health = try await client.health()
      if health.isServing {
        await work.say("its health is good")
        return ()
      }
      let problem = health.failure?.message ?? "it does not serve"
      if problem != said { await work.say(problem) }
      said = problem
      return nil
    }
  }

  /// Restarts it: it is seen to go, and then to be back. It counts as accepted only once it was seen to go, so that after a
  /// crash it is rather restarted twice than not at all; it serves nobody yet.
  func restart() async throws {
    if !work.isAccepted {
      switch try await client.shutDown(.force, isRestarted: true) {
      case .accepted: await work.say("accepted")
      case .answerLost(let failure): await work.say("no answer, so its health tells: \(failure.message)")
      }
      try await work.wait(every: work.pace.shortInterval, orSay: "it was never seen to go down") { () -> Void? in
        try await client.health().isAnswered ? nil : ()
      }
      await work.accepted()
      await work.say("it has gone down")
    }
    try await healthy()
  }

  /// Shuts it down, and waits until nothing answers any more, at two looks in a row.
  func shutDown(_ route: ShutdownRoute, minutes: Int, quiescePort: QuiescePort?) async throws {
    let through = quiescePort.map { client.throughPort($0.number) }
    let asked = route == .quiescePort ? through ?? client : client
    func isGone() async throws -> Bool {
      guard case .silent(let failure) = try await asked.health(), failure.kind == .unreachable else { return false }
      guard asked.url != client.url, case .answered = try await client.health() else { return true }
      return false
    }
    if !work.isAccepted {
      if try await isGone() {
        await work.say("it does not answer, so it is down already")
      } else {
        let start =
          route == .administration
          ? try await client.shutDown(.drain(minutes: minutes), isRestarted: false)
          : try await asked.shutDownServer(minutes: minutes)
        await work.accepted()
        if case .answerLost(let failure) = start {
          await work.say("no answer, so its health tells: \(failure.message)")
        } else {
          await work.say("accepted")
        }
      }
    }
    var looks = 0
    try await work.wait(orSay: "it still answers") { () -> Void? in
      looks = try await isGone() ? looks + 1 : 0
      return looks > 1 ? () : nil
    }
    await work.say("it does not answer any more")
  }
}
