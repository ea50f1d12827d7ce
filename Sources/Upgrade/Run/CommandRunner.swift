/// Runs commands on nodes: announces each to the journal, hands on every line it prints, keeps the last ones as evidence.
public struct CommandRunner: Sendable {
  private let handler: any CommandHandler
  private let secrets: [SecretName: Secret]
  private let diagnosis: any Diagnosis
  private let journal: any Journal

  /// A runner.
  public init(
    handler: any CommandHandler, secrets: [SecretName: Secret], diagnosis: any Diagnosis, journal: any Journal
  ) {
    self.handler = handler
    self.secrets = secrets
    self.diagnosis = diagnosis
    self.journal = journal
  }

  /// Runs `command` on `node` to its end.
  ///
  /// - Parameter input: what it reads on standard input, behind its secrets.
  /// - Throws: `Failure` when it could not be run or was cut short; a command that exits with a code other than 0 is a result.
  @discardableResult
  public func run(
    _ command: Command, on node: String, timeout: Duration?, input: [UInt8] = []
  ) async throws -> CommandResult {
    var invocation = try command.invocation(with: secrets)
    if !input.isEmpty {
      invocation = ShellCommand(invocation.text, standardInput: invocation.standardInput + input)
    }
    await journal.record(.commandStarted(node: node, lines: command.lines))
    let transcript = Transcript(node: node, secrets: secrets, diagnosis: diagnosis, journal: journal)
    do {
      let exit = try await handler.run(invocation, on: node, timeout: timeout) { await transcript.add($0) }
      let result = await transcript.finish(exit)
      await journal.record(.commandEnded(node: node, exit: exit, reason: nil))
      return result
    } catch {
      let failure = Failure.from(error, as: .unreachable)
      let evidence = await transcript.finish(.code(0)).lastLines
      await journal.record(.commandEnded(node: node, exit: nil, reason: failure.message))
      throw Failure(
        failure.kind, failure.message, exitCode: failure.exitCode,
        evidence: failure.evidence.isEmpty ? evidence : failure.evidence, remedy: failure.remedy)
    }
  }

  /// Whether a process runs, by `check`: 0 is yes and 1 is no; `fallback` is asked where it exits with anything else.
  ///
  /// - Throws: `Failure` of kind `.exit` when neither gives an answer.
  public func isRunning(_ check: Command, fallback: Command?, on node: String) async throws -> Bool {
    let result = try await run(check, on: node, timeout: .seconds(60))
    switch result.exit {
    case .code(0): return true
    case .code(1): return false
    case .code, .signal:
      guard let fallback else { throw result.failure ?? Failure(.exit, "gave no answer") }
      return try await isRunning(fallback, fallback: nil, on: node)
    }
  }
}

/// How a command ended and the last lines that it printed.
public struct CommandResult: Sendable {
  /// How it ended.
  public let exit: CommandExit
  /// The last lines of both streams, oldest first.
  public let lastLines: [String]
  /// What the first recognised message means.
  public let meaning: String?

  /// The failure that it is, unless it exited with 0.
  public var failure: Failure? {
    switch exit {
    case .code(0): nil
    case .code(let code):
      Failure(.exit, "exit code \(code)", exitCode: code, evidence: lastLines, remedy: meaning)
    case .signal(let name):
      Failure(.signal, "ended by signal \(name)", exitCode: 128 + signalNumber(name), evidence: lastLines)
    }
  }

  /// - Throws: `failure`, if it is one.
  public func check() throws(Failure) {
    if let failure { throw failure }
  }

  private func signalNumber(_ name: String) -> Int32 {
    [
      "HUP": 1, "INT": 2, "QUIT": 3, "ILL": 4, "ABRT": 6, "FPE": 8, "KILL": 9, "SEGV": 11, "PIPE": 13, "ALRM": 14,
      "TERM": 15,
    ][name] ?? 0
  }
}

/// What a command prints, while it does.
private actor Transcript {
  private static let keptLines = 40
  private let node: String
  private let diagnosis: any Diagnosis
  private let journal: any Journal
  private var readers: [CommandOutput.Stream: LineReader]
  private var lastLines: [String] = []
  private var meaning: String?

  init(node: String, secrets: [SecretName: Secret], diagnosis: any Diagnosis, journal: any Journal) {
    self.node = node
    self.diagnosis = diagnosis
    self.journal = journal
    let reader = LineReader(hiding: secrets.values)
    readers = [.standardOutput: reader, .standardError: reader]
  }

  func add(_ output: CommandOutput) async {
    for line in readers[output.stream]?.lines(adding: output.bytes) ?? [] { await add(line, output.stream) }
  }

  func finish(_ exit: CommandExit) async -> CommandResult {
    for stream in [CommandOutput.Stream.standardOutput, .standardError] {
      if let line = readers[stream]?.last() { await add(line, stream) }
    }
    return CommandResult(exit: exit, lastLines: lastLines, meaning: meaning)
  }

  private func add(_ line: String, _ stream: CommandOutput.Stream) async {
    lastLines.append(line)
    if lastLines.count > Self.keptLines { lastLines.removeFirst() }
    await journal.record(.output(node: node, stream: stream, line: line))
    let reading = diagnosis.reading(of: line)
    if reading.isWarning { await journal.record(.warning(node: node, text: line)) }
    if let meaning = reading.meaning {
      self.meaning = self.meaning ?? meaning
      await journal.record(.finding(node: node, Finding(line: line, meaning: meaning)))
    }
  }
}
