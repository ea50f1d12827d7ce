public import SSH
import Synchronization
public import Upgrade

/// Runs commands on the nodes over SSH: one session for each node, made on first use and kept for all its commands.
public actor SSHCommandHandler: CommandHandler {
  /// How a node is logged in to; nil for one that is not known. It is asked again for each login.
  public typealias Finder = @Sendable (String) async throws -> SSHTarget?

  private let find: Finder
  private let jumpHosts: SSHJumpHosts
  private var sessions: [String: Task<SSHSession, any Error>] = [:]
  /// The nodes that a login has worked on.
  private var known: Set<String> = []
  /// Those that one command has for itself.
  private var apart: [ObjectIdentifier: SSHSession] = [:]

  /// A handler for the nodes named in `targets`.
  public init(targets: [String: SSHTarget]) { self.init { targets[$0] } }

  /// A handler for the nodes that `find` knows.
  ///
  /// - Parameter jumpHosts: what lies between, which several handlers may share.
  public init(through jumpHosts: SSHJumpHosts = SSHJumpHosts(), _ find: @escaping Finder) {
    self.find = find
    self.jumpHosts = jumpHosts
  }

  /// Logs in on `node` unless that was done already. One that has refused the first login is not asked again.
  ///
  /// - Throws: `Failure` of kind `.unreachable`, `.hostKey`, `.authentication`, `.io` or `.refused`; `CancellationError`.
  public func connect(to node: String) async throws { _ = try await session(on: node) }

  /// Begins to log in on `node` unless that was done already, and returns when that has ended, also when it has failed:
  /// the first command there gets that login or its failure. So it costs a node no try that it would not have had, and
  /// no wrong password counts twice.
  public func connectAhead(to node: String) async {
    guard sessions[node] == nil else { return }
    let task = begin(node)
    await withTaskCancellationHandler {
      _ = await task.result
    } onCancel: {
      task.cancel()
    }
  }

  /// Runs `command` on `node`.
  ///
  /// A session that turns out to be lost before the command was sent is made anew, once. A command whose connection is
  /// lost while it runs is never run again: the failure is `.unreachable`.
  ///
  /// - Throws: as `connect(to:)`; `.unreachable` too when the server did not say how the command ended, `.timeout`.
  public nonisolated func run(
    _ command: ShellCommand, on node: String, timeout: Duration?,
    output: @escaping @Sendable (CommandOutput) async -> Void
  ) async throws -> CommandExit {
    var isFirst = true
    while true {
      let session = try await session(on: node)
      do { return try await Self.run(command, over: session, timeout: timeout, output: output) } catch let error
        as SSHError
      {
        switch error.kind {
        case .disconnectedBeforeStart where isFirst: isFirst = false
        case .noChannel where await session.hasCommands:
          return try await runApart(command, on: node, timeout: timeout, output: output)
        default: throw Self.failure(error)
        }
      }
    }
  }

  /// Runs `command` over a connection of its own: the node's sshd takes no more commands on the one that is there
  /// (`MaxSessions`), which has others that may take long.
  private nonisolated func runApart(
    _ command: ShellCommand, on node: String, timeout: Duration?,
    output: @Sendable (CommandOutput) async -> Void
  ) async throws -> CommandExit {
    do {
      let session = try await newSession(on: node)
      await keep(session)
      do {
        let exit = try await Self.run(command, over: session, timeout: timeout, output: output)
        await end(session)
        return exit
      } catch {
        await end(session)
        throw error
      }
    } catch let error as SSHError {
      throw Self.failure(error)
    }
  }

  private func keep(_ session: SSHSession) { apart[ObjectIdentifier(session)] = session }

  private func end(_ session: SSHSession) async {
    apart[ObjectIdentifier(session)] = nil
    await session.disconnect()
  }

  private static func run(
    _ command: ShellCommand, over session: SSHSession, timeout: Duration?,
    output: @Sendable (CommandOutput) async -> Void
  ) async throws -> CommandExit {
    let noise = Mutex(LoginNoise())
    let text = LoginNoise.precede(command.text)
    let exit = try await session.run(text, standardInput: command.standardInput, timeout: timeout) { piece in
      guard piece.stream == .standardOutput else { return await output(CommandOutput(.standardError, piece.bytes)) }
      let bytes = noise.withLock { $0.pass(piece.bytes) }
      if !bytes.isEmpty { await output(CommandOutput(.standardOutput, bytes)) }
    }
    let rest = noise.withLock { $0.rest() }
    if !rest.isEmpty { await output(CommandOutput(.standardOutput, rest)) }
    return switch exit {
    case .code(let code): .code(code)
    case .signal(let name): .signal(name)
    }
  }

  /// Ends all sessions. Commands that run fail; a later one logs in again.
  public func disconnect() async {
    let ended = sessions.values
    sessions = [:]
    for task in ended { task.cancel() }
    for session in apart.values { await session.disconnect() }
    // Who still waits for a jump host waits no longer.
    await jumpHosts.disconnect()
    for task in ended { if let session = try? await task.value { await session.disconnect() } }
  }

  // MARK: Sessions

  /// The session of a node: the one that is there if it is alive, else a new one.
  private func session(on node: String) async throws -> SSHSession {
    while let task = sessions[node] {
      do {
        let session = try await login(task, node)
        if await session.isUsable { return session }
        if sessions[node] == task { sessions[node] = nil }
      } catch is CancellationError {
        // Who began the login called it off, or we are called off ourselves.
        try Task.checkCancellation()
      }
    }
    let task = begin(node)
    // Only the command that began the login can call it off; the others then begin their own.
    return try await withTaskCancellationHandler {
      try await login(task, node)
    } onCancel: {
      task.cancel()
    }
  }

  private func begin(_ node: String) -> Task<SSHSession, any Error> {
    let task = Task { try await newSession(on: node) }
    sessions[node] = task
    return task
  }

  private nonisolated func newSession(on node: String) async throws -> SSHSession {
    guard let target = try await find(node) else {
      throw Failure(.refused, "reach \(node): no such node is configured")
    }
    return try await jumpHosts.connect(to: target)
  }

  private func login(_ task: Task<SSHSession, any Error>, _ node: String) async throws -> SSHSession {
    do {
      let session = try await task.value
      known.insert(node)
      return session
    } catch {
      let failure = (error as? SSHError).map(Self.failure)
      // A password that is wrong is so the next time as well, and after a few times the account is locked.
      let isFinal = failure?.kind == .authentication && !known.contains(node)
      if sessions[node] == task, !isFinal { sessions[node] = nil }
      guard let failure else { throw error }
      // Not the command's time is up but the host does not answer.
      guard failure.kind == .timeout else { throw failure }
      throw Failure(.unreachable, failure.message, evidence: failure.evidence, remedy: failure.remedy)
    }
  }

  private static func failure(_ error: SSHError) -> Failure {
    let kind: Failure.Kind =
      switch error.kind {
      case .hostKeyUnknown, .hostKeyMismatch, .hostKeyRevoked: .hostKey
      case .authentication, .identity, .identityLocked, .agent: .authentication
      case .timeout: .timeout
      case .knownHosts: .io
      case .invalid: .refused
      case .nameResolution, .unreachable, .handshake, .disconnected, .disconnectedBeforeStart, .channel, .noChannel,
        .noExitStatus:
        .unreachable
      }
    return Failure(kind, error.message, evidence: error.evidence, remedy: error.remedy)
  }
}
