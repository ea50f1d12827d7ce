import CLibSSH2
import Glibc

/// One libssh2 session on its loop: its socket, its channels, and the rounds that bring them on.
///
/// The rule of the rounds: any channel's read takes in the packets of all channels. A channel that was told "nothing for
/// now" may find something after another channel's turn, and would sleep for ever if nobody asked it again. So the
/// channels are gone through until a whole round has passed in which none advanced and no byte came in; only then is the
/// socket waited for. (libssh2's other rule, about calls stuck while sending, is met by `Transport`.)
///
/// `@unchecked Sendable`: everything happens on the loop's thread; only the reference travels.
final class Connection: @unchecked Sendable {
  /// Where it lives.
  let loop: EventLoop
  /// The libssh2 session.
  let session: OpaquePointer
  /// The socket below it.
  let transport: Transport
  /// Why it cannot be used any more.
  private(set) var failure: SSHError?

  /// The socket.
  let descriptor: Int32
  /// Wakes who waits for the socket before the login.
  let readiness: Readiness
  private var channels: [any SessionChannel] = []
  private let ready: ReadyChannels
  private var lastID: UInt64 = 0
  private var isServingChannels = false
  private var isClosed = false
  private var keepAlive: KeepAlive?

  /// A session over a connected, non-blocking socket, which it closes at its end.
  ///
  /// - Parameter sharesChannel: whether many commands may go over one channel.
  init(over descriptor: Int32, on loop: EventLoop, sharesChannel: Bool) throws(SSHError) {
    self.loop = loop
    ready = ReadyChannels(sharesChannel: sharesChannel)
    self.descriptor = descriptor
    transport = Transport(descriptor: descriptor)
    do { session = try LibSSH2.makeSession(over: transport) } catch {
      Glibc.close(descriptor)
      throw error
    }
    readiness = Readiness(on: loop)
  }

  deinit { precondition(isClosed, "a connection has to be closed on its loop") }

  /// Begins to listen to the socket.
  func start() throws(SSHError) {
    let code = loop.register(descriptor) { [weak self] events in self?.socketChanged(events) }
    if code != 0 { throw SSHError(.unreachable, "wait for the socket: \(SystemError.text(code))") }
  }

  /// The error that the end of the stream means.
  func lost(_ what: String, _ kind: SSHError.Kind, _ end: Transport.End) -> SSHError {
    let reason =
      switch end {
      case .closedByPeer: "the server closed the connection"
      case .failed(let code): "the connection is lost: \(SystemError.text(code))"
      }
    return SSHError(kind, "\(what): \(reason)", evidence: transport.farewell.map { [$0.evidence] } ?? [])
  }

  // MARK: Commands

  /// From now on the socket's events are for the channels; the server is shown every `interval` that we are there.
  func serveChannels(keepAliveEvery interval: Duration) {
    isServingChannels = true
    let seconds = max(2, interval.components.seconds)
    keepAlive = KeepAlive(session, transport, descriptor: descriptor, on: loop, every: seconds) { [weak self] loss in
      if let loss { self?.fail(loss) } else { self?.pump() }
    }
  }

  /// A name for a command to come.
  func nextID() -> UInt64 {
    lastID += 1
    return lastID
  }

  /// Begins a command.
  ///
  /// - Parameters:
  ///   - id: from `nextID`.
  ///   - onStart: called once when the server has started it, or will not.
  func begin(
    _ request: CommandRequest, id: UInt64, onStart: ((Result<Void, any Error>) -> Void)? = nil
  ) -> OutputBuffer {
    let output = OutputBuffer { [weak self] in
      guard let self else { return }
      loop.execute { self.pump() }
    }
    let channel = ready.channel(
      for: request, id: id, output: output, isLost: failure != nil, onStart: onStart)
    if let failure {
      channel.fail(failure)
      return output
    }
    if let timeout = request.timeout {
      channel.timer = loop.schedule(after: timeout) { [weak self] in
        self?.abandon(id, SSHError(.timeout, "the command has not ended after \(timeout)"))
      }
    }
    channels.append(channel)
    pump()
    return output
  }

  /// Whether anything goes over it.
  var hasChannels: Bool { !channels.isEmpty }

  /// Gives a command up: its reader gets `error` at once, and the channel is closed. Does nothing when it has ended.
  func abandon(_ id: UInt64, _ error: any Error) {
    guard let channel = channels.first(where: { $0.id == id }) else { return }
    channel.abandon(error)
    pump()
  }

  /// Sends `bytes` to a command; `writer` is resumed when little enough waits to be sent.
  func write(_ bytes: [UInt8], to id: UInt64, _ writer: CheckedContinuation<Void, any Error>) {
    guard let channel = command(id) else {
      return writer.resume(throwing: failure ?? SSHError(.channel, "write to the command: it has ended"))
    }
    channel.input.add(bytes, writer)
    pump()
  }

  /// Ends a command's input.
  func closeInput(of id: UInt64) {
    command(id)?.input.close()
    pump()
  }

  private func command(_ id: UInt64) -> CommandChannel? { channels.first { $0.id == id } as? CommandChannel }

  // MARK: Tunnels

  /// Has the server connect to `host` and `port`, and carries bytes between that and `descriptor`, a connected,
  /// non-blocking socket, which it closes at the end.
  ///
  /// - Parameters:
  ///   - id: from `nextID`.
  ///   - onStart: called once when the server has connected, or will not.
  func beginTunnel(
    _ id: UInt64, to host: String, port: Int, over descriptor: Int32, within timeout: Duration,
    onStart: @escaping (Result<Void, any Error>) -> Void
  ) {
    let stream = TunnelStream(descriptor: descriptor, on: loop) { [weak self] in self?.pump() }
    let timer = loop.schedule(after: timeout) { [weak self] in
      self?.abandon(
        id, SSHError(.timeout, "connect to \(host) port \(port) from the jump host: no answer in \(timeout)"))
    }
    let channel = TunnelChannel(id: id, host: host, port: port, stream: stream) { [loop] result in
      loop.cancel(timer)
      onStart(result)
    }
    if let failure { return channel.fail(failure) }
    channels.append(channel)
    pump()
  }

  /// Does all that can be done for the channels without waiting.
  func pump() {
    assert(loop.isCurrent)
    if isClosed { return }
    transport.startRound()
    do throws(SSHError) { try round() } catch { return fail(error) }
    for channel in channels { channel.deliver() }
    channels.removeAll { channel in
      if channel.isDone, let timer = channel.timer { loop.cancel(timer) }
      return channel.isDone
    }
    if transport.isRationSpent {
      loop.execute { self.pump() }
    } else if let end = transport.end, !channels.contains(where: \.isPaused) {
      fail(lost("wait for the server", .disconnected, end))
    }
  }

  private func round() throws(SSHError) {
    let context = ChannelContext(session: session, transport: transport, scratch: loop.scratch)
    while true {
      let received = transport.received
      var hasAdvanced = false
      for channel in channels {
        let mayOpen = !ready.isOpening && !channels.contains(where: \.isOpening)
        hasAdvanced = try channel.advance(context, mayOpen: mayOpen) || hasAdvanced
      }
      hasAdvanced = try ready.advance(context, mayOpen: !channels.contains(where: \.isOpening)) || hasAdvanced
      if !hasAdvanced, transport.received == received { return }
    }
  }

  private func socketChanged(_ events: UInt32) {
    let isHangUp = events & (EPOLLRDHUP.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0
    transport.becameReadable(isHangUp: isHangUp)
    transport.flush()
    guard isServingChannels else { return readiness.signal() }
    pump()
    if isHangUp, channels.isEmpty, !isClosed {
      // Nobody reads now, so libssh2 cannot be asked what came last.
      fail(SSHError(.disconnected, "the server has closed the connection"))
    }
  }

  // MARK: The end

  /// Says good-bye, gives up all commands, and frees everything.
  func disconnect() {
    if isClosed { return }
    if isServingChannels { libssh2_session_disconnect_ex(session, 11, "done", "") }
    fail(SSHError(.disconnected, "this end has closed the connection"))
  }

  /// Ends it because of `error`, which all get who wait for something.
  private func fail(_ error: SSHError) {
    failure = failure ?? error
    let failed = channels
    channels = []
    for channel in failed {
      if let timer = channel.timer { loop.cancel(timer) }
      channel.fail(error)
    }
    close()
  }

  private func close() {
    if isClosed { return }
    isClosed = true
    keepAlive?.end()
    loop.unregister(descriptor)
    transport.isShut = true
    // Before `close`: it resets the blocking mode of that descriptor number, which a new connection may own by then.
    libssh2_session_free(session)
    Glibc.close(descriptor)
  }
}
