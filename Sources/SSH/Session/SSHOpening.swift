/// Opens the connection of one session, on its loop.
actor SSHOpening {
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

  private nonisolated let loop = EventLoop.next()
  private let target: SSHTarget
  private let way: (@Sendable () async throws -> Int32)?
  private let check: HostKeyCheck

  /// How long a server that says nothing before it closes is left alone: a busy one refuses some of those who come at the
  /// same time, which then must not come back at the same time.
  private static let pauses: [Duration] = [100, 200, 400, 800, 1600].map { .milliseconds($0) }

  /// - Parameter way: makes a connected, non-blocking socket in place of TCP.
  init(to target: SSHTarget, through way: (@Sendable () async throws -> Int32)?, _ check: HostKeyCheck) {
    self.target = target
    self.way = way
    self.check = check
  }

  /// A connection that is logged in; the server's limits on tries are met by further connections.
  ///
  /// - Throws: `SSHError`; `CancellationError`.
  func connection(_ findings: IdentitySource.Findings) async throws -> Connection {
    var findings = findings
    var pauses = target.proxy == nil ? Self.pauses[...] : []
    while true {
      do { return try await attempt(findings) } catch let left as UntriedKeys {
        findings = left.findings
      } catch let closed as ClosedBeforeGreeting {
        guard let pause = pauses.popFirst() else {
          throw SSHError(
            closed.error.kind, closed.error.message, evidence: closed.error.evidence,
            remedy: "it is no SSH server, or too busy: see MaxStartups of its sshd_config")
        }
        try await Task.sleep(for: pause * Double.random(in: 0.5...1.5))
      }
    }
  }

  private func attempt(_ findings: IdentitySource.Findings) async throws -> Connection {
    do { return try await login(findings, over: try await socket()) } catch let error as SSHError {
      guard let proxy = target.proxy else { throw error }
      throw SSHError(
        error.kind, error.message, evidence: error.evidence + proxy.lastWords.map { "the proxy said: \($0)" },
        remedy: error.remedy)
    }
  }

  /// A connected, non-blocking socket.
  private func socket() async throws -> Int32 {
    if let way { return try await way() }
    if let proxy = target.proxy { return try await proxy.open() }
    let addresses = try await SocketAddress.resolve(target.host, port: target.port)
    return try await Connector.connect(
      to: addresses, timeout: target.connectTimeout, name: target.name, on: loop
    ).descriptor
  }

  /// Over a connected, non-blocking socket, which is closed at the end.
  private func login(_ findings: IdentitySource.Findings, over descriptor: Int32) async throws -> Connection {
    let connection = try Connection(over: descriptor, on: loop, sharesChannel: target.sharesChannel)
    do {
      try connection.start()
      let login = Login(
        connection: connection, target: target, hostKeyCheck: check, findings: findings,
        deadline: .now + target.loginTimeout)
      try await login.run()
    } catch {
      connection.disconnect()
      throw error
    }
    connection.serveChannels(keepAliveEvery: target.keepAliveInterval)
    return connection
  }
}
