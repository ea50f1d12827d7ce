import CLibSSH2

/// What the channels of a session share.
struct ChannelContext {
  /// The libssh2 session.
  let session: OpaquePointer
  /// The socket below it.
  let transport: Transport
  /// Room to read into.
  let scratch: UnsafeMutableRawBufferPointer

  /// What has come of opening a channel.
  enum Opening {
    case waiting
    case opened(OpaquePointer, number: UInt32?)
    case refused(SSHError)
  }

  /// Opens a channel for a command, or goes on with that; there can be one at a time.
  ///
  /// - Throws: `SSHError` when the whole session is broken.
  func openChannel() throws(SSHError) -> Opening {
    let handle = libssh2_channel_open_ex(session, "session", 7, Self.window, Self.packetSize, nil, 0)
    if let handle { return .opened(handle, number: transport.watch.lastOpened) }
    if libssh2_session_last_errno(session) == LIBSSH2_ERROR_EAGAIN { return .waiting }
    return .refused(try channelError("open a channel"))
  }

  /// What has come of starting a command.
  enum Start {
    case waiting
    case started
    case refused(SSHError)
  }

  /// Has the server start `command` on the channel `handle`, or goes on with that.
  ///
  /// - Throws: `SSHError` when the whole session is broken.
  func start(_ command: some Sequence<UInt8>, on handle: OpaquePointer?) throws(SSHError) -> Start {
    let result = Array(command).withUnsafeBytes { bytes in
      libssh2_channel_process_startup(
        handle, "exec", 4, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), UInt32(bytes.count))
    }
    if result == 0 { return .started }
    guard result == LIBSSH2_ERROR_EAGAIN else { return .refused(try channelError("start the command")) }
    guard libssh2_channel_eof(handle) == 1 else { return .waiting }
    return .refused(
      SSHError(
        .disconnectedBeforeStart, "start the command: the server has closed its channel before it heard of it"))
  }

  /// Reads what has come on a stream of the channel `handle`, as much as there is room for; nil when there is nothing.
  ///
  /// - Throws: `SSHError` when the whole session is broken.
  func read(_ stream: SSHOutput.Stream, of handle: OpaquePointer?) throws(SSHError) -> UnsafeRawBufferPointer? {
    let count = libssh2_channel_read_ex(
      handle, stream.rawValue, scratch.baseAddress?.assumingMemoryBound(to: CChar.self), scratch.count)
    if count == Int(LIBSSH2_ERROR_EAGAIN) || count == 0 { return nil }
    if count < 0 { throw sessionError("read the command's output") }
    return UnsafeRawBufferPointer(rebasing: scratch[..<count])
  }

  /// Reads what has come on a stream that is of no interest.
  ///
  /// - Throws: `SSHError` when the whole session is broken.
  func drop(_ stream: SSHOutput.Stream, of handle: OpaquePointer?) throws(SSHError) {
    while try read(stream, of: handle) != nil {}
  }

  /// Closes a channel and frees it; false while the server has not agreed.
  ///
  /// - Throws: `SSHError` when the whole session is broken.
  func close(_ handle: OpaquePointer?) throws(SSHError) -> Bool {
    let result = libssh2_channel_close(handle)
    if result == LIBSSH2_ERROR_EAGAIN { return false }
    if result != 0 { _ = try channelError("close a channel") }
    libssh2_channel_free(handle)
    return true
  }

  /// The window for what a command prints: what the server may send before we have asked for more.
  private static let window: UInt32 = 2 * 1024 * 1024
  private static let packetSize: UInt32 = 32768

  /// Takes in what has come for others, and answers the server's questions whether we are alive, while nobody wants what
  /// comes through this channel: reads a stream that no channel has.
  func takeIn(by handle: OpaquePointer?) throws(SSHError) {
    let count = libssh2_channel_read_ex(handle, 7, scratch.baseAddress?.assumingMemoryBound(to: CChar.self), 1)
    if count < 0, count != Int(LIBSSH2_ERROR_EAGAIN) { throw sessionError("wait for the server") }
  }

  /// The session's last error where it concerns one channel only.
  ///
  /// - Throws: the error where it breaks the session.
  func channelError(_ what: String) throws(SSHError) -> SSHError {
    let (code, text) = LibSSH2.lastError(of: session)
    switch code {
    case LIBSSH2_ERROR_CHANNEL_FAILURE, LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED, LIBSSH2_ERROR_CHANNEL_CLOSED,
      LIBSSH2_ERROR_CHANNEL_EOF_SENT, LIBSSH2_ERROR_CHANNEL_UNKNOWN:
      return SSHError(.channel, "\(what): the server refuses", evidence: [text])
    default:
      throw sessionError(what)
    }
  }

  /// The session's last error as one that breaks it.
  func sessionError(_ what: String) -> SSHError {
    let evidence = [transport.farewell?.evidence, LibSSH2.lastError(of: session).text].compactMap { $0 }
    return SSHError(.disconnected, "\(what): the connection is lost", evidence: evidence)
  }
}
