/// Runs commands that outlive their connection: starts or finds the job on the node, follows its output by offset, and
/// reconnects when the connection is cut, so that nothing is started twice and no output is lost or repeated.
public struct DetachedRunner: Sendable {
  /// What becomes of a job that is not waited for any longer, by a deadline or a cancellation.
  public enum Abandonment: Sendable, Hashable {
    /// It runs on; a later `run` or `follow` finds it.
    case leave
    /// It is ended: TERM, and KILL after this time.
    case end(grace: Duration)
  }

  private let handler: any CommandHandler
  private let clock: any Clock<Duration>
  private let reconnectTime: Duration
  private let wait: Duration

  /// A runner.
  ///
  /// - Parameters:
  ///   - reconnectTime: how long a node may stay unreachable, counted from the last answer.
  ///   - wait: how long one command on the node waits for news.
  public init(
    handler: any CommandHandler, clock: any Clock<Duration> = ContinuousClock(),
    reconnectTime: Duration = .seconds(600), wait: Duration = .seconds(10)
  ) {
    self.handler = handler
    self.clock = clock
    self.reconnectTime = reconnectTime
    self.wait = wait
  }

  /// Starts `command` as `job` on `node`, or finds it there, and returns when it has ended and its output was read.
  ///
  /// - Parameters:
  ///   - offset: how many bytes of its output are known already.
  ///   - timeout: how long to follow it; nil is for ever.
  ///   - output: is handed the output, both streams in one as standard output, in order, each byte once.
  /// - Throws: `Failure` of kind `.unreachable` when the node stayed so, `.timeout`, `.exit` when the job will never give
  ///   an exit code (vanished, node restarted), `.refused` when it could not be started, and what the handler throws;
  ///   `CancellationError`.
  public func run(
    _ command: ShellCommand, as job: DetachedJob, on node: String, from offset: Int = 0, timeout: Duration? = nil,
    whenGivenUp abandonment: Abandonment = .leave,
    output: @escaping @Sendable (CommandOutput) async -> Void
  ) async throws -> CommandExit {
    _ = try job.start(command, from: 0, for: .zero)
    return try await givingUp(job, node, abandonment) {
      try await follow(job, node, offset, timeout, by: clock, output) { offset, wait in
        try job.start(command, from: offset, for: wait)
      }
    }
  }

  /// As `run`, for a job that was started before: one that is not there is a failure of kind `.refused`.
  public func follow(
    _ job: DetachedJob, on node: String, from offset: Int = 0, timeout: Duration? = nil,
    whenGivenUp abandonment: Abandonment = .leave,
    output: @escaping @Sendable (CommandOutput) async -> Void
  ) async throws -> CommandExit {
    try await givingUp(job, node, abandonment) {
      try await follow(job, node, offset, timeout, by: clock, output) { job.follow(from: $0, for: $1) }
    }
  }

  /// Where `job` stands on `node`, without waiting.
  public func state(of job: DetachedJob, on node: String) async throws -> DetachedState {
    try await ask(job.follow(from: .max - 1, for: .zero), node, limit: .seconds(30))
  }

  /// Ends `job` with all processes of its session, waits until they are gone, and gives its state then.
  ///
  /// One that has ended by itself is left alone, also what it started in the background.
  @discardableResult
  public func end(_ job: DetachedJob, on node: String, grace: Duration = .seconds(5)) async throws -> DetachedState {
    try await ask(job.end(grace: grace), node, limit: grace + .seconds(60))
  }

  /// Removes what `job` left on `node`, and the run's folder when it is empty then.
  ///
  /// - Throws: `Failure` of kind `.refused` when it still runs or its folder is not fit to be touched.
  public func remove(_ job: DetachedJob, on node: String) async throws {
    switch try await ask(job.remove, node, limit: .seconds(60)) {
    case .absent: return
    case .running, .vanished(_, isAlive: true):
      throw Failure(.refused, "remove the job \(job.step): it still runs")
    case let state: throw (state.failure ?? Failure(.exit, "could not be removed")).inContext("remove \(job.step)")
    }
  }

  /// Removes what the jobs of the run of `job` have left on `node`: those that run stay, and, unless `all`, those that
  /// did not exit with 0.
  ///
  /// - Returns: how many are still there.
  /// - Throws: `Failure` of kind `.refused` when the folder is not fit to be touched.
  func sweep(_ job: DetachedJob, all: Bool, on node: String) async throws -> Int {
    // The run's end shall not wait for long for what does no harm.
    let answer = try await patiently(for: min(reconnectTime, .seconds(60)), by: clock) {
      try await ask(job.sweep(all: all), node, limit: .seconds(60))
    }
    switch answer {
    case .absent: return 0
    case .left(let count): return count
    case let state: throw (state.failure ?? Failure(.exit, "it was not done")).inContext("clean up after the run")
    }
  }

  /// How many jobs of `run` still run on `node`.
  ///
  /// - Throws: `Failure` of kind `.refused` when the folder is not fit to be looked at, and what the handler throws.
  public func running(of run: RunID, on node: String) async throws -> Int {
    try await count(DetachedJob(run: run.text, step: "count"), on: node)
  }

  /// How many jobs of the run of `job` still run on `node`.
  func count(_ job: DetachedJob, on node: String) async throws -> Int {
    switch try await ask(job.count, node, limit: .seconds(30)) {
    case .absent: return 0
    case .left(let count): return count
    case let state: throw (state.failure ?? Failure(.exit, "it was not done")).inContext("look for what still runs")
    }
  }

  /// Does `body`, and again while it says that the node is not reached, for as long as a node may stay so.
  func patiently<Result: Sendable>(_ body: () async throws -> Result) async throws -> Result {
    try await patiently(for: reconnectTime, by: clock, body)
  }

  private func patiently<C: Clock, Result: Sendable>(
    for limit: Duration, by clock: C, _ body: () async throws -> Result
  ) async throws -> Result where C.Duration == Duration {
    let begun = clock.now
    var pause = Duration.milliseconds(100)
    while true {
      do { return try await body() } catch let failure as Failure where failure.kind == .unreachable {
        guard begun.duration(to: clock.now) + pause < limit else { throw lost(failure, after: limit) }
        try await clock.sleep(for: pause)
        pause = min(pause * 2, .seconds(15))
      }
    }
  }

  // MARK: Following

  private func follow<C: Clock>(
    _ job: DetachedJob, _ node: String, _ offset: Int, _ timeout: Duration?, by clock: C,
    _ output: @escaping @Sendable (CommandOutput) async -> Void,
    command: (Int, Duration) throws -> ShellCommand
  ) async throws -> CommandExit where C.Duration == Duration {
    let begun = clock.now
    var answered = begun
    var pause = Duration.milliseconds(100)
    let reader = DetachedReader(offset: offset, output: output)
    while true {
      let left = timeout.map { $0 - begun.duration(to: clock.now) }
      if let left, left <= .zero {
        throw Failure(.timeout, "did not end within \((timeout ?? .zero).inSeconds)")
      }
      let wait = min(wait, left ?? wait)
      let known = await reader.offset
      do {
        let reply = try await exchange(command(known, wait), node, limit: wait + .seconds(30), reader)
        (answered, pause) = (clock.now, .milliseconds(100))
        if let failure = reply.state?.failure { throw failure.inContext("follow the job \(job.step)") }
        if case .ended(let exit) = reply.state, await reader.offset >= reply.size { return exit }
      } catch let failure as Failure where failure.kind == .unreachable || failure.kind == .timeout {
        if await reader.offset > known { (answered, pause) = (clock.now, .milliseconds(100)) }
        // A deadline of our own that passed is a connection that hangs.
        guard answered.duration(to: clock.now) + pause < reconnectTime else { throw lost(failure) }
        try await clock.sleep(for: min(pause, left ?? pause))
        pause = min(pause * 2, .seconds(15))
      }
    }
  }

  private func lost(_ failure: Failure, after limit: Duration? = nil) -> Failure {
    Failure(
      .unreachable, "still not reached after \((limit ?? reconnectTime).inSeconds): \(failure.message)",
      evidence: failure.evidence, remedy: failure.remedy)
  }

  // MARK: Asking

  private func ask(_ command: ShellCommand, _ node: String, limit: Duration) async throws -> DetachedState {
    let reply = try await exchange(command, node, limit: limit, DetachedReader(offset: 0) { _ in })
    return reply.state ?? .absent
  }

  /// Runs one command about a job; its answer always has a state.
  private func exchange(
    _ command: ShellCommand, _ node: String, limit: Duration, _ reader: DetachedReader
  ) async throws -> DetachedReply {
    await reader.begin()
    let exit = try await handler.run(command, on: node, timeout: limit) { await reader.add($0) }
    let reply = await reader.reply
    guard reply.state == nil else { return reply }
    // Without its answer, one that was killed or cut short is like a lost connection.
    if case .code(let code) = exit, code != 0 {
      throw Failure(.exit, "look after a job: exit code \(code)", exitCode: code, evidence: [reply.complaint])
    }
    throw Failure(.unreachable, "look after a job: the node gave no answer")
  }

  private func givingUp<Result: Sendable>(
    _ job: DetachedJob, _ node: String, _ abandonment: Abandonment, _ body: () async throws -> Result
  ) async throws -> Result {
    do { return try await body() } catch {
      let isGivenUp = error is CancellationError || Task.isCancelled || (error as? Failure)?.kind == .timeout
      if case .end(let grace) = abandonment, isGivenUp {
        // What is cancelled is the following, not the ending.
        _ = try? await Task { try await end(job, on: node, grace: grace) }.value
      }
      throw error
    }
  }
}

/// Counts and hands on what a job printed, over all connections.
private actor DetachedReader {
  private let output: @Sendable (CommandOutput) async -> Void
  private(set) var offset: Int
  private(set) var reply = DetachedReply()

  init(offset: Int, output: @escaping @Sendable (CommandOutput) async -> Void) {
    self.offset = offset
    self.output = output
  }

  func begin() { reply = DetachedReply() }

  func add(_ piece: CommandOutput) async {
    let bytes = reply.output(in: piece)
    guard !bytes.isEmpty else { return }
    await output(CommandOutput(.standardOutput, bytes))
    offset += bytes.count
  }
}
