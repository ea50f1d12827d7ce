/// What a connection gets ready for the commands to come, from its second command on: that one is hardly the last.
final class ReadyChannels {
  private let spare = SpareChannel()
  private let server: CommandServer
  private var commands = 0

  /// - Parameter sharesChannel: whether many commands may go over one channel.
  init(sharesChannel: Bool) { server = CommandServer(isWanted: sharesChannel) }

  /// Whether libssh2 is in the middle of opening or starting one of them; see `SessionChannel`.
  var isOpening: Bool { spare.isOpening || server.isOpening }

  /// The channel that `request` goes over.
  ///
  /// - Parameters:
  ///   - isLost: whether the connection is, so that the channel has nothing to do but to say so.
  ///   - onStart: called once when the server has started it, or will not.
  func channel(
    for request: CommandRequest, id: UInt64, output: OutputBuffer, isLost: Bool,
    onStart: ((Result<Void, any Error>) -> Void)?
  ) -> any SessionChannel {
    commands += 1
    let isServable = request.isInputClosed && request.input.count <= ServedCommand.mostInput && !isLost
    if isServable, let handle = server.take() {
      return ServedCommand(id: id, request, output: output, over: handle, of: server)
    }
    let channel = CommandChannel(id: id, request, output: output, spare: spare)
    channel.onStart = onStart
    return channel
  }

  /// Brings them on; tells whether anything was done.
  ///
  /// - Parameter mayOpen: whether no command's channel `isOpening`.
  /// - Throws: `SSHError` when the whole session is broken.
  func advance(_ context: ChannelContext, mayOpen: Bool) throws(SSHError) -> Bool {
    guard commands > 1 else { return false }
    var hasAdvanced = false
    if spare.isOpening || mayOpen && !server.isOpening { hasAdvanced = try spare.advance(context) }
    // The channel that is open already shows that there is room for one more.
    return try server.advance(context, mayOpen: mayOpen && !spare.isOpening, hasRoom: spare.isOpen) || hasAdvanced
  }
}
