/// Runs commands on nodes: announces each to the journal, hands on every line it prints, keeps the last ones as evidence.
public struct CommandRunner: Sendable {
  private let handler: any CommandHandler
  private let secrets: [SecretName: Secret]
  private let diagnosis: any Diagnosis
  private let journal: any Journal
  private let jobs: DetachedJobs?

  /// A runner; without `jobs` every command ends with its connection.
  public init(
    handler: any CommandHandler, secrets: [SecretName: Secret], diagnosis: any Diagnosis, journal: any Journal,
    jobs: DetachedJobs? = nil
  ) {
    self.jobs = jobs
    self.handler = handler
    self.secrets = secrets
    self.diagnosis = diagnosis
    self.journal = journal
  }

  /// Runs `command` on `node` to its end.
  ///
  /// - Parameters:
  ///   - attempt: the step it is, which outlives the connection and is found again; nil for a look.
  ///   - isEndedLate: whether such a step is ended when `timeout` has passed; else it goes on.
  ///   - input: what it reads on standard input, behind its secrets.
  /// - Throws: `Failure` when it could not be run or was cut short; a command that exits with a code other than 0 is a result.
  @discardableResult
  public func run(
    _ command: Command, as attempt: Attempt? = nil, on node: String, timeout: Duration?, isEndedLate: Bool = true,
    input: [UInt8] = []
  ) async throws -> CommandResult {
    var invocation = try command.invocation(with: secrets)
    if !input.isEmpty {
      invocation = ShellCommand(invocation.text, standardInput: invocation.standardInput + input)
    }
    let job = attempt.flatMap { attempt in jobs.map { (attempt, $0) } }
    let heard = job.flatMap { $1.heard(of: $0) }
    if let attempt, heard != nil {
      await journal.record(.commandFollowed(node: node, job: attempt.jobName))
    } else {
      await journal.record(.commandStarted(node: node, lines: command.lines, job: job?.0.jobName))
    }
    let transcript = Transcript(
      node: node, secrets: secrets, diagnosis: diagnosis, journal: journal, heard: heard ?? Heard())
    do {
      let exit =
        if let (attempt, jobs) = job {
          try await jobs.run(invocation, as: attempt, on: node, timeout: timeout, isEndedLate: isEndedLate) {
            await transcript.add($0)
          }
        } else {
          try await handler.run(invocation, on: node, timeout: timeout) { await transcript.add($0) }
        }
      let result = await transcript.finish(exit)
      await journal.record(.commandEnded(node: node, exit: exit, reason: nil))
      return result
    } catch {
      throw await cutShort(error, transcript, on: node)
    }
  }

  /// Asks `node` for what `command` prints, as `CommandHandler.answer` does: without the journal and without secrets.
  public func answer(
    to command: Command, on node: String, timeout: Duration, limit: Int,
    onFirstOutput: @escaping @Sendable () -> Void = {}
  ) async throws -> CommandAnswer {
    try await handler.answer(
      to: try command.invocation(with: [:]), on: node, timeout: timeout, limit: limit, onFirstOutput: onFirstOutput)
  }

  private func cutShort(_ error: any Error, _ transcript: Transcript, on node: String) async -> Failure {
    let failure = Failure.from(error, as: .unreachable)
    let evidence = await transcript.finish(.code(0)).lastLines
    await journal.record(.commandEnded(node: node, exit: nil, reason: failure.message))
    return Failure(
      failure.kind, failure.message, exitCode: failure.exitCode,
      evidence: failure.evidence.isEmpty ? evidence : failure.evidence, remedy: failure.remedy)
  }

  /// Whether `attempt` was begun on `node`.
  func isKnown(_ attempt: Attempt, on node: String) async throws -> Bool {
    try await jobs?.isKnown(attempt, on: node) ?? false
  }

  /// Ends what is left of `attempt` on `node`.
  ///
  /// - Throws: `Failure` when its processes do not end, or it is not known whether they did.
  func end(_ attempt: Attempt, on node: String) async throws { try await jobs?.end(attempt, on: node) }

  /// Removes what the run's jobs have left on `node`, those that failed only when `all`; gives how many are still there.
  func sweep(all: Bool, on node: String) async throws -> Int { try await jobs?.sweep(all: all, on: node) ?? 0 }

  /// Whether a process runs, by `check`: 0 is yes and 1 is no; `fallback` is asked where it exits with anything else.
  ///
  /// - Parameter isPatient: whether it is asked again when the connection is lost.
  /// - Throws: `Failure` of kind `.exit` when neither gives an answer.
  public func isRunning(
    _ check: Command, fallback: Command?, on node: String, isPatient: Bool = false
  ) async throws -> Bool {
    let ask = { try await run(check, on: node, timeout: .seconds(60)) }
    let result = if let jobs, isPatient { try await jobs.patiently(ask) } else { try await ask() }
    switch result.exit {
    case .code(0): return true
    case .code(1): return false
    case .code, .signal:
      guard let fallback else { throw result.failure ?? Failure(.exit, "gave no answer") }
      return try await isRunning(fallback, fallback: nil, on: node, isPatient: isPatient)
    }
  }
}
