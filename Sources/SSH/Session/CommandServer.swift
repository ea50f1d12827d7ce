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
    case opening
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

  /// Whether libssh2 is in the middle of opening its channel.
  var isOpening: Bool { if case .opening = state { true } else { false } }

  /// Whether the next command is its, or will soon be.
  var isAtHand: Bool {
    switch state {
    case .none, .opening, .starting, .greeting, .idle: true
    case .serving, .closing, .gone: false
    }
  }

  /// Brings its start on; tells whether anything was done.
  ///
  /// - Parameter mayOpen: whether no other channel is in the middle of being opened.
  /// - Throws: `SSHError` when the whole session is broken.
  func advance(_ context: ChannelContext, mayOpen: Bool) throws(SSHError) -> Bool {
    var hasAdvanced = false
    while try step(context, mayOpen) { hasAdvanced = true }
    return hasAdvanced
  }

  private func step(_ context: ChannelContext, _ mayOpen: Bool) throws(SSHError) -> Bool {
    switch state {
    case .none, .opening:
      guard mayOpen || isOpening else { return false }
      return try open(context)
    case .starting(let handle):
      switch try context.start(CommandServerScript.line.utf8, on: handle) {
      case .waiting: return false
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
    switch try context.openChannel() {
    case .waiting:
      defer { state = .opening }
      return !isOpening
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

  /// Ends, for good, where it serves nobody, so that there is room for another channel; tells whether there may be soon.
  func makeRoom() -> Bool {
    switch state {
    case .starting(let handle), .greeting(let handle), .idle(let handle):
      state = .closing(handle)
      return true
    case .closing: return true
    case .none, .opening, .serving, .gone: return false
    }
  }

  /// Whether there may soon be room that it has now.
  var isLeaving: Bool { if case .closing = state { true } else { false } }
}
