import Upgrade

/// Has a new gateway do an action of the migration, and waits for its end.
///
/// What the gateway said of an action before it was begun must not be taken for its end: core data and logs share the
/// status of `reindex`. See `Freshness`.
struct MigrationWork: Sendable {
  private enum Stage {
    /// Nothing was sent, or what was has had no effect.
    case unsent
    /// The answer to the order is lost: the state tells, and where it stays what it was the order is sent again.
    case lost(Freshness<MigrationStatus>)
    /// It runs, or has ended.
    case begun(Freshness<MigrationStatus>)
  }

  private let work: GatewayWork
  private let action: MigrationAction
  private let start: @Sendable (GatewayClient) async throws -> MigrationStart
  private var stage: Stage
  private var said: String?
  private var silence: Stopwatch?
  private var wasUnderWay = false

  init(
    _ work: GatewayWork, _ action: MigrationAction,
    start: @escaping @Sendable (GatewayClient) async throws -> MigrationStart
  ) {
    self.work = work
    self.action = action
    self.start = start
    stage = work.isAccepted ? .begun(work.freshness(behind: nil)) : .unsent
  }

  private var name: String { action.rawValue }

  /// Does it, and returns when it has ended well.
  ///
  /// - Throws: `Failure`; of kind `.gateway` when it has failed.
  mutating func run() async throws {
    while true {
      let seen = await work.events.count
      let isDone = try await look()
      if isDone { return }
      guard work.left > .zero else {
        throw Failure(
          .timeout, "\(name) has not ended, still after \(work.operation.deadline) s: \(said ?? "nothing is known")",
          remedy: "it may go on on the gateway: 'zdupgrade gateway migrate status' tells")
      }
      try await work.pause(beyond: seen)
    }
  }

  private mutating func look() async throws -> Bool {
    switch stage {
    case .unsent: return try await send()
    case .lost(var freshness):
      guard let status = try await status() else { return false }
      _ = freshness.counts(status)
      if freshness.hasChanged {
        await work.accepted()
        stage = .begun(freshness)
        return try await judge(status)
      }
      stage = freshness.isSettled ? .unsent : .lost(freshness)
      return false
    case .begun(var freshness):
      guard let status = try await status() else { return false }
      let counts = freshness.counts(status)
      stage = .begun(freshness)
      return counts ? try await judge(status) : false
    }
  }

  private mutating func send() async throws -> Bool {
    let before = try await work.client.migrationStatus(of: action)
    await say("\(name), before it is begun: \(before)")
    switch try await start(work.client) {
    case .started:
      await work.accepted()
      await say("\(name): accepted (202)")
      stage = .begun(work.freshness(behind: before))
      return try await look()
    case .alreadyRunning:
      // What a reindex copies, nobody tells: it may be other data, so its end is awaited and ours begun then. Copying
      // twice is as good as once.
      guard action != .reindex, try await isAlone() else {
        await say("\(name): another migration runs (409), and is waited for before this is begun")
        return false
      }
      await work.accepted()
      await say("\(name): runs already (409), and is waited for")
      stage = .begun(work.freshness(behind: nil))
    case .answerLost(let failure):
      await say("\(name): no answer, so the status tells whether it has begun: \(failure.message)")
      stage = .lost(work.freshness(behind: before))
    }
    return false
  }

  private mutating func judge(_ status: MigrationStatus) async throws -> Bool {
    await say("\(name): \(status)")
    switch status {
    case .neverRun where wasUnderWay:
      throw Failure(
        .gateway, "the gateway knows nothing of \(name) any more, as after a restart in the middle of it",
        remedy: "look at the gateway's server log")
    case .neverRun: return false
    case .begun(.underWay):
      wasUnderWay = true
      return false
    case .begun(.success): return true
    case .begun(.failure(let reason)):
      let text = PlainText.oneLine(reason ?? "it gives no reason")
      throw Failure(
        .gateway, "\(name) failed on the gateway: \(text)", evidence: reason == nil ? [] : [text],
        remedy: "look at the gateway's server log")
    }
  }

  /// What the gateway says; nil when it is silent, which it may be for a while.
  private mutating func status() async throws -> MigrationStatus? {
    do {
      let status = try await work.client.migrationStatus(of: action)
      silence = nil
      return status
    } catch let failure as Failure where GatewayClient.isLost(failure) || failure.kind == .gateway {
      let since = silence ?? Stopwatch(work.clock)
      silence = since
      guard since.elapsed < work.pace.patience else {
        throw Failure(
          failure.kind,
          "\(name) is lost sight of, as the gateway has not told of it for \(since.elapsed.components.seconds) s "
            + "(if it was restarted, \(name) has ended with it): \(failure.message)",
          evidence: failure.evidence, remedy: "look at the gateway's server log")
      }
      await say("\(name): not told: \(failure.message)")
      return nil
    }
  }

  /// Whether the action runs, and no other does; a status may be left over from one that was cut off.
  private func isAlone() async throws -> Bool {
    for other in MigrationAction.allCases {
      let status = try await work.client.migrationStatus(of: other)
      let isRunning = if case .begun(.underWay) = status { true } else { false }
      if isRunning != (other == action) { return false }
    }
    return true
  }

  private mutating func say(_ line: String) async {
    if said != line { await work.say(line) }
    said = line
  }
}
