import CLibSSH2

/// A process on the server that runs commands one after another over one channel, so that a command costs one way there
/// and back and no session of sshd's.
///
/// A connection has one from its second command on, if the server has Perl and room for it (`MaxSessions`). It has one
/// command at a time; what comes meanwhile, and what is fed bit by bit, has a channel of its own, as has everything where
/// this does not work.
final class CommandServer {
  private enum State {
    case none
    case starting(OpaquePointer)
    case greeting(OpaquePointer)
    case idle(OpaquePointer)
    case serving
    case closing(OpaquePointer)
    case gone
  }

  private var state: State
  /// The end of what was said so far, in which the greeting may be.
  private var heard: [UInt8] = []

  /// - Parameter isWanted: whether there shall be one at all.
  init(isWanted: Bool) { state = isWanted ? .none : .gone }

  /// Whether libssh2 is in the middle of opening its channel or of starting it.
  private(set) var isOpening = false

  /// Brings its start on; tells whether anything was done.
  ///
  /// - Parameters:
  ///   - mayOpen: whether no other channel `isOpening`.
  ///   - hasRoom: whether the server has room for one more channel.
  /// - Throws: `SSHError` when the whole session is broken.
  func advance(_ context: ChannelContext, mayOpen: Bool, hasRoom: Bool) throws(SSHError) -> Bool {
    var hasAdvanced = false
    while try step(context, mayOpen, hasRoom) { hasAdvanced = true }
    return hasAdvanced
  }

  private func step(_ context: ChannelContext, _ mayOpen: Bool, _ hasRoom: Bool) throws(SSHError) -> Bool {
    switch state {
    case .none:
      guard mayOpen && hasRoom || isOpening else { return false }
      return try open(context)
    case .starting(let handle):
      guard mayOpen || isOpening else { return false }
      let outcome = try context.start(CommandServerScript.line.utf8, on: handle)
      isOpening = false
      switch outcome {
      case .waiting:
        isOpening = true
        return false
      case .started: state = .greeting(handle)
      case .refused: state = .closing(handle)
      }
      return true
    case .greeting(let handle): return try listen(context, handle)
    case .closing(let handle):
      guard try context.close(handle) else { return false }
      state = .gone
      return true
    case .idle(let handle):
      try context.takeIn(by: handle)
      guard libssh2_channel_eof(handle) == 1 else { return false }
      // The server has closed it, because nothing went over it, or it was killed.
      state = .closing(handle)
      return true
    case .serving, .gone: return false
    }
  }

  private func open(_ context: ChannelContext) throws(SSHError) -> Bool {
    let outcome = try context.openChannel()
    isOpening = false
    switch outcome {
    case .waiting:
      isOpening = true
      return false
    case .opened(let handle, _): state = .starting(handle)
    case .refused: state = .gone
    }
    return true
  }

  /// Waits for the greeting, behind what the login shell may say.
  private func listen(_ context: ChannelContext, _ handle: OpaquePointer) throws(SSHError) -> Bool {
    try context.drop(.standardError, of: handle)
    guard let bytes = try context.read(.standardOutput, of: handle) else {
      guard libssh2_channel_eof(handle) == 1 else { return false }
      state = .closing(handle)
      return true
    }
    heard += bytes
    if heard.firstRange(of: CommandServerScript.greeting)?.upperBound == heard.endIndex {
      state = .idle(handle)
      heard = []
    } else {
      heard.removeFirst(max(0, heard.count - CommandServerScript.greeting.count))
    }
    return true
  }

  /// Its channel for one command, to be given back, or nil where it has none to give.
  func take() -> OpaquePointer? {
    guard case .idle(let handle) = state, libssh2_channel_eof(handle) == 0 else { return nil }
    state = .serving
    return handle
  }

  /// The command has ended, and `handle` is free for the next one.
  func giveBack(_ handle: OpaquePointer) { state = .idle(handle) }

  /// The command was given up, and the channel with it; there may be another process.
  func giveUp() { state = .none }

  /// It does not do what it should: there shall be no other one.
  func lose() { state = .gone }
}
