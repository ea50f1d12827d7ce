import CLibSSH2

/// What the channels of a session share.
struct ChannelContext {
  /// The libssh2 session.
  let session: OpaquePointer
  /// The socket below it.
  let transport: Transport
  /// Room to read into.
  let scratch: UnsafeMutableRawBufferPointer

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
