import Glibc

/// A login on a host, over which commands are run: one after another or several at the same time.
///
/// It lives on an event loop's thread, never on Swift's cooperative pool. A session that nobody refers to any more is
/// disconnected.
public actor SSHSession {
  /// The loop's thread.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private nonisolated let loop: EventLoop
  private nonisolated let connection: Connection
  /// The jump host's session that this one goes through, which lives as long as it does.
  private nonisolated let way: SSHSession?

  /// Connects to `target`, checks its host key and logs in.
  ///
  /// - Parameter way: a session on the jump host that is gone through; nil for none. The target's own `jumps` are for
  ///   `SSHJumpHosts`.
  /// - Throws: `SSHError` of any kind but `.channel`, `.noChannel` and `.noExitStatus`; `CancellationError`.
  public static func connect(to target: SSHTarget, through way: SSHSession? = nil) async throws -> SSHSession {
    guard !target.user.isEmpty, !target.user.utf8.contains(0) else {
      throw SSHError(.invalid, "log in to \(target.host): the user's name is empty or has a NUL byte in it")
    }
    let files = KnownHostsFiles(paths: target.knownHostsFiles)
    let known = try await Blocking.run { try files.read() }
    let findings = try await IdentitySource(target: target).find()
    let check = HostKeyCheck(
      host: target.hostKeyAlias ?? target.host, port: target.hostKeyAlias == nil ? target.port : 22,
      policy: target.hostKeyPolicy, files: files, known: known)
    let tunnel = way.map { way in
      { @Sendable in try await way.tunnel(to: target.host, port: target.port, timeout: target.connectTimeout) }
    }
    let opening = SSHOpening(to: target, through: tunnel, check)
    let connection = try await opening.connection(findings)
    return SSHSession(connection, through: way)
  }

  private init(_ connection: Connection, through way: SSHSession?) {
    self.connection = connection
    self.way = way
    loop = connection.loop
  }

  isolated deinit { connection.disconnect() }

  /// Whether commands can still be run; false when the connection was lost or closed.
  public var isUsable: Bool { connection.failure == nil }

  /// Whether commands run on it, or are about to.
  public var hasCommands: Bool { connection.hasChannels }

  /// Ends the connection. Commands that run get `SSHError` of kind `.disconnected`.
  public func disconnect() { connection.disconnect() }

  /// Runs `command` to its end.
  ///
  /// - Parameters:
  ///   - command: a line for the user's shell on the host; at most 34,000 bytes, without NUL.
  ///   - standardInput: what it reads; it is sent while the output is taken, so any amounts of both are fine.
  ///   - timeout: when to give it up. The channel is closed then; what the command left running goes on.
  ///   - output: is handed every piece of output, in the order of arrival, and awaited: a slow one slows the command.
  /// - Returns: how it ended, after all of its output was handed over.
  /// - Throws: `SSHError` of kind `.timeout`, `.disconnected`, `.channel`, `.noChannel`, `.noExitStatus` or `.invalid`; what `output`
  ///   throws, and `CancellationError`, after which the command is given up as with `timeout`. The session stays usable
  ///   except after `.disconnected`.
  public nonisolated func run(
    _ command: String, standardInput: [UInt8] = [], timeout: Duration? = nil,
    output: (SSHOutput) async throws -> Void
  ) async throws -> SSHExit {
    let request = try CommandRequest(command, input: standardInput, isInputClosed: true, timeout: timeout)
    let (id, buffer) = await begin(request)
    return try await withTaskCancellationHandler {
      do {
        while let piece = try await buffer.next(nil) { try await output(piece) }
        return try await buffer.exit()
      } catch {
        abandon(id, error)
        throw error
      }
    } onCancel: {
      abandon(id, CancellationError())
    }
  }

  /// Starts `command` and returns when the server has started it; its streams are then to be read by the caller.
  ///
  /// - Throws: as `run`.
  public func execute(_ command: String, timeout: Duration? = nil) async throws -> SSHCommand {
    let request = try CommandRequest(command, input: [], isInputClosed: false, timeout: timeout)
    let id = connection.nextID()
    var output: OutputBuffer?
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        output = connection.begin(request, id: id) { continuation.resume(with: $0) }
      }
    } onCancel: {
      abandon(id, CancellationError())
    }
    guard let output else { throw SSHError(.disconnected, "start a command: the connection is gone") }
    return SSHCommand(id: id, output: output, connection: connection, session: self)
  }

  /// Has the server connect to `host` and `port`, as it knows them.
  ///
  /// - Returns: a connected, non-blocking socket, to be closed by the caller, which lives no longer than this session.
  /// - Throws: `SSHError` of kind `.unreachable`, `.timeout` or `.disconnected`; `CancellationError`.
  func tunnel(to host: String, port: Int, timeout: Duration) async throws -> Int32 {
    guard !host.utf8.contains(0) else { throw SSHError(.nameResolution, "connect to \"\(host)\": not a host name") }
    let pair = try SocketPair.make()
    let id = connection.nextID()
    do {
      try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
          connection.beginTunnel(id, to: host, port: port, over: pair.near, within: timeout) {
            continuation.resume(with: $0)
          }
        }
      } onCancel: {
        abandon(id, CancellationError())
      }
      return pair.far
    } catch {
      close(pair.far)
      throw error
    }
  }

  private func begin(_ request: CommandRequest) -> (id: UInt64, output: OutputBuffer) {
    let id = connection.nextID()
    return (id, connection.begin(request, id: id))
  }

  private nonisolated func abandon(_ id: UInt64, _ error: any Error) {
    loop.execute { [connection] in connection.abandon(id, error) }
  }
}
