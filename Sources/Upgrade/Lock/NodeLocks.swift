/// The locks of a run, one on each node: taken before anything else, kept alive by a sign of life every 15 seconds, asked
/// for before each act that changes anything, and given back at the end. A run that is killed leaves them, and no time
/// that passes frees them.
///
/// What is not covered: a lock belongs to the user that the commands run as on the node, so two runs that log in as
/// different users do not see each other's.
public actor NodeLocks: RunLock {
  /// Whose locks are taken over.
  public enum TakeOver: Sendable, Hashable {
    /// Nobody's.
    case nobody
    /// Those of the same run, where its former process is dead: it ran on this host, where the caller has made sure of
    /// that, or it has given no sign of life for a minute.
    case sameRun
  }

  private static let interval = Duration.seconds(15)
  private static let silence = 60

  private let exchange: LockExchange
  private let commands: LockCommands
  private let run: RunID
  private let holder: LockHolder
  private let nodes: [String]
  private let journal: any Journal
  private let clock: any Clock<Duration>
  private let elapsed: @Sendable () -> Duration
  private let reconnectTime: Duration
  private let onLoss: @Sendable (Failure) async -> Void

  /// The nodes whose locks are ours, as far as we know.
  private var held: Set<String> = []
  private var lost: [String: Failure] = [:]
  /// Those that gave no answer when their lock was to be taken: it may have been.
  private var uncertain: [String] = []
  private var heartbeats: [Task<Void, Never>] = []
  private var forks = 32

  /// The locks of `run` on `nodes`; nothing is taken yet.
  ///
  /// - Parameters:
  ///   - reconnectTime: how long a node may stay unreachable before an act on it.
  ///   - onLoss: is told at once, and once for each node, when a lock turns out to be lost.
  public init(
    handler: any CommandHandler, run: RunID, holder: LockHolder, nodes: [Node], journal: any Journal,
    reconnectTime: Duration = .seconds(600), clock: any Clock<Duration> = ContinuousClock(),
    onLoss: @escaping @Sendable (Failure) async -> Void = { _ in }
  ) {
    self.init(
      handler: handler, run: run, holder: holder, nodes: nodes, journal: journal, reconnectTime: reconnectTime,
      clock: clock, shell: "/bin/sh", onLoss: onLoss)
  }

  init(
    handler: any CommandHandler, run: RunID, holder: LockHolder, nodes: [Node], journal: any Journal,
    reconnectTime: Duration, clock: any Clock<Duration>, shell: String,
    onLoss: @escaping @Sendable (Failure) async -> Void
  ) {
    let token = String(UInt64.random(in: 0 ... .max), radix: 36)
    exchange = LockExchange(handler: handler)
    commands = LockCommands(run: run, token: token, holder: holder, shell: shell)
    self.run = run
    self.holder = holder
    // The same order in every run, so that of two at once the one that gets the first node gets them all.
    self.nodes = nodes.sorted { ($0.host, $0.name) < ($1.host, $1.name) }.map(\.name)
    self.journal = journal
    self.clock = clock
    elapsed = Self.stopwatch(clock)
    self.reconnectTime = reconnectTime
    self.onLoss = onLoss
  }

  private static func stopwatch<C: Clock>(_ clock: C) -> @Sendable () -> Duration where C.Duration == Duration {
    let start = clock.now
    return { start.duration(to: clock.now) }
  }

  // MARK: Taking

  /// Takes the locks of all nodes, or none.
  ///
  /// - Parameter forks: how many nodes are asked at the same time, also when the locks are given back.
  /// - Returns: why nodes could not be asked, by name: they are not locked, and nothing may be done to them.
  /// - Throws: `Failure` of kind `.lockHeld` when another run holds one, with who that is; of kind `.refused` when a node's
  ///   folder is not fit for it. Those that were taken are given back.
  public func take(
    takingOver takeOver: TakeOver = .nobody, forks: Int = 32
  ) async throws(Failure) -> [String: Failure] {
    self.forks = forks
    var unreachable: [String: Failure] = [:]
    for part in [nodes.prefix(1), nodes.dropFirst()] {
      let answers = await exchange.askAll(Array(part), forks: forks) { try await self.take($0, takeOver) }
      var obstacle: Failure?
      for (node, answer) in answers {
        switch answer {
        case .success(.mine): held.insert(node)
        case .success(let state): obstacle = obstacle ?? refusal(state, of: node)
        case .failure(let failure):
          unreachable[node] = failure
          uncertain.append(node)
        }
      }
      guard let obstacle else { continue }
      await release()
      throw obstacle
    }
    guard !held.isEmpty else { return unreachable }
    await journal.record(.lock(.taken(nodes.filter(held.contains))))
    heartbeats = held.map { node in Task { await self.keepAlive(node) } }
    return unreachable
  }

  /// Takes the lock of `node`, also from a dead process of the same run where that is wanted.
  private func take(_ node: String, _ takeOver: TakeOver) async throws -> LockState {
    var state = try await exchange.ask(commands.take, on: node)
    var attempts = 0
    while attempts < 3, case .held(let lock) = state, takeOver == .sameRun, mayTakeOver(lock) {
      attempts += 1
      state = try await exchange.ask(commands.takeOver(lock), on: node)
      if state == .free { state = try await exchange.ask(commands.take, on: node) }
    }
    return state
  }

  private func mayTakeOver(_ lock: HeldLock) -> Bool {
    guard lock.run == run.text else { return false }
    return lock.holder?.host == holder.host || (lock.silence ?? 0) > Self.silence
  }

  private func refusal(_ state: LockState, of node: String) -> Failure {
    switch state {
    case .held(let lock) where lock.run == run.text:
      return Failure(
        .lockHeld, "\(node): this very run seems to be alive on \(lock.holder?.host ?? "another host"): \(lock)",
        remedy: "end it there; if it is dead, its locks can be taken over \(Self.silence) s after its last sign of life"
      )
    case .held(let lock):
      return Failure(
        .lockHeld, "\(node) is locked by \(lock)",
        remedy: "'zdupgrade locks' shows all locks, 'zdupgrade unlock --run \(lock.run)' removes those of a dead run")
    case .refused(let reason):
      return Failure(.refused, "\(node) cannot be locked: \(PlainText.oneLine(reason))")
    case .free, .mine, .removed:
      return Failure(.refused, "\(node) cannot be locked: it says what makes no sense (\(state))")
    }
  }

  // MARK: Keeping

  /// Gives a sign of life again and again; a node that cannot be reached just now has not lost its lock.
  private func keepAlive(_ node: String) async {
    while true {
      do { try await clock.sleep(for: Self.interval) } catch { return }
      guard let state = try? await exchange.ask(commands.beat, on: node) else { continue }
      guard !Task.isCancelled else { return }
      if await loss(by: state, of: node) != nil { return }
    }
  }

  /// The failure that what `node` said is, when it means that its lock is lost; told once.
  private func loss(by state: LockState, of node: String) async -> Failure? {
    if let failure = lost[node] { return failure }
    let reason: String
    switch state {
    case .mine, .refused: return nil
    case .held(let lock): reason = "\(node) is locked by \(lock) now"
    case .free, .removed: reason = "the lock of \(node) was removed"
    }
    let failure = Failure(
      .lockLost, reason, remedy: "see what 'zdupgrade locks' says, and who does what with the node")
    lost[node] = failure
    held.remove(node)
    await journal.record(.lock(.lost(node: node, reason: reason)))
    await onLoss(failure)
    return failure
  }

  /// As the protocol says. The node is asked every time, so that nothing is done to it once its lock is gone. Nodes that
  /// these locks are not about are nobody's.
  public func confirm(_ act: Act, on node: Node) async throws {
    let begun = elapsed()
    var pause = Duration.milliseconds(200)
    while true {
      if let failure = lost[node.name] { throw failure }
      guard nodes.contains(node.name) else { return }
      guard held.contains(node.name) else { throw Failure(.refused, "\(node.name) was not locked for this run") }
      do {
        let limit: Duration = act.action.isDoneOnNode ? .seconds(30) : .seconds(10)
        let state = try await exchange.ask(commands.confirm, on: node.name, timeout: limit)
        if let failure = await loss(by: state, of: node.name) { throw failure }
        guard case .refused(let reason) = state else { return }
        throw Failure(.refused, "the lock of \(node.name) cannot be seen: \(PlainText.oneLine(reason))")
      } catch let failure as Failure where failure.kind != .lockLost {
        guard act.action.isDoneOnNode else { return }
        let isTransient = failure.kind == .unreachable || failure.kind == .timeout
        guard isTransient, elapsed() - begun + pause < reconnectTime else {
          throw failure.inContext("see whether \(node.name) is still locked for this run")
        }
        try await clock.sleep(for: pause)
        pause = min(pause * 2, .seconds(15))
      }
    }
  }

  // MARK: Giving back

  /// Gives all locks back that are still ours; to be called when nothing more is done. Does nothing the second time.
  public func release() async {
    for heartbeat in heartbeats { heartbeat.cancel() }
    for heartbeat in heartbeats { await heartbeat.value }
    let ours = nodes.filter(held.contains)
    let tried = ours + uncertain
    (held, heartbeats, uncertain) = ([], [], [])
    let answers = await exchange.askAll(tried, forks: forks) { [exchange, commands] in
      try await exchange.ask(commands.release, on: $0, timeout: .seconds(20))
    }.filter { ours.contains($0.node) }
    for (node, answer) in answers {
      guard let reason = Self.reasonLeft(answer) else { continue }
      await journal.record(
        .lock(.left(node: node, reason: "\(reason); 'zdupgrade unlock --run \(run)' removes it")))
    }
    let freed = answers.filter { Self.reasonLeft($0.answer) == nil }.map(\.node)
    if !freed.isEmpty { await journal.record(.lock(.released(freed))) }
  }

  private static func reasonLeft(_ answer: Result<LockState, Failure>) -> String? {
    switch answer {
    case .success(.free), .success(.held), .success(.removed): nil
    case .success(.mine): "it could not be removed"
    case .success(.refused(let reason)): reason
    case .failure(let failure): failure.message
    }
  }
}

extension Action {
  /// Whether it touches the node itself.
  fileprivate var isDoneOnNode: Bool {
    switch self {
    case .run, .ensure: true
    case .answer, .balancer, .gate, .operation: false
    }
  }
}
