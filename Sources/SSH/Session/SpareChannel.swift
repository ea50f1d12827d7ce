import CLibSSH2

/// A channel that is opened before there is a command for it, so that the next command costs one way to the server and
/// back instead of two, and nothing of what a channel of its own means for a command is given up.
///
/// A connection has one from its second command on; a server that has no room for it (`MaxSessions`) is asked once.
final class SpareChannel {
  private enum State {
    case none
    case opening
    case open(OpaquePointer, number: UInt32?)
    case refused
  }

  private var state = State.none

  /// Whether libssh2 is in the middle of opening it.
  var isOpening: Bool { if case .opening = state { true } else { false } }

  /// Whether it is there.
  var isOpen: Bool { if case .open = state { true } else { false } }

  /// Brings its opening on; tells whether anything was done.
  ///
  /// - Throws: `SSHError` when the whole session is broken.
  func advance(_ context: ChannelContext) throws(SSHError) -> Bool {
    switch state {
    case .open, .refused: return false
    case .none, .opening: break
    }
    switch try context.openChannel() {
    case .waiting:
      defer { state = .opening }
      return !isOpening
    case .opened(let handle, let number): state = .open(handle, number: number)
    case .refused: state = .refused
    }
    return true
  }

  /// Gives it away, if it is there and the server has not closed it.
  func take() -> (handle: OpaquePointer, number: UInt32?)? {
    guard case .open(let handle, let number) = state else { return nil }
    guard libssh2_channel_eof(handle) == 0 else {
      // A server that closes idle channels does so again.
      if libssh2_channel_close(handle) == 0 { libssh2_channel_free(handle) }
      state = .refused
      return nil
    }
    state = .none
    return (handle, number)
  }
}
