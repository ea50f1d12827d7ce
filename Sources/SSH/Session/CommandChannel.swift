import CLibSSH2

/// One command on the loop's side: its libssh2 channel, and how far it has got.
final class CommandChannel: SessionChannel {
  private enum State {
    case opening
    case starting
    case running
    case closing
    case done
  }

  let id: UInt64
  /// Carries output and end to the reader.
  let output: OutputBuffer
  /// What the command is still to read.
  var input: InputQueue
  /// Called once when the server has started the command, or will not.
  var onStart: ((Result<Void, any Error>) -> Void)?
  var timer: TimerQueue.Timer?

  private let command: [UInt8]
  private let spare: SpareChannel
  private var state = State.opening
  private var handle: OpaquePointer?
  private var number: UInt32?
  private var isInputEnded = false
  private var isAbandoned = false
  private var wasRefused = false

  /// - Parameter spare: a channel that may be there already.
  init(id: UInt64, _ request: CommandRequest, output: OutputBuffer, spare: SpareChannel) {
    self.id = id
    command = Array(request.command.utf8)
    input = InputQueue(request.input, isClosed: request.isInputClosed)
    self.output = output
    self.spare = spare
  }

  var isDone: Bool { if case .done = state { true } else { false } }
  private(set) var isOpening = false
  private(set) var isPaused = false

  func deliver() { output.deliver() }

  func abandon(_ error: any Error) {
    if isDone { return }
    isAbandoned = true
    isPaused = false
    finish(.failure(error))
    if case .opening = state, !isOpening { state = .done }
    if case .running = state { state = .closing }
  }

  func fail(_ error: SSHError) {
    let wasSent =
      switch state {
      case .opening: false
      case .starting: isOpening
      case .running, .closing, .done: true
      }
    state = .done
    finish(.failure(wasSent ? error : error.beforeStart))
  }

  // MARK: Steps

  /// Each step returns whether it has brought the channel on.
  func step(_ context: ChannelContext, mayOpen: Bool) throws(SSHError) -> Bool {
    switch state {
    case .opening:
      if !isOpening, let (handle, number) = spare.take() {
        take(handle, number)
        return true
      }
      guard mayOpen || isOpening else { return false }
      return try open(context)
    case .starting:
      guard mayOpen || isOpening else { return false }
      return try start(context)
    case .running: return try run(context)
    case .closing: return try close(context)
    case .done: return false
    }
  }

  private func open(_ context: ChannelContext) throws(SSHError) -> Bool {
    switch try context.openChannel() {
    case .waiting:
      isOpening = true
      return false
    case .opened(let handle, let number):
      isOpening = false
      take(handle, number)
    case .refused(let error):
      isOpening = false
      guard wasRefused else {
        // sshd refuses what it reads together with the end of the command before; by now it has made room.
        wasRefused = true
        return true
      }
      state = .done
      finish(
        .failure(
          SSHError(
            .noChannel, "open a channel for the command: the server refuses", evidence: error.evidence,
            remedy: "are more commands running at once on this connection than MaxSessions of the server's sshd_config?"
          )))
    }
    return true
  }

  private func take(_ handle: OpaquePointer, _ number: UInt32?) {
    self.handle = handle
    self.number = number
    state = isAbandoned ? .closing : .starting
  }

  private func start(_ context: ChannelContext) throws(SSHError) -> Bool {
    if isAbandoned, !isOpening {
      state = .closing
      return true
    }
    let outcome = try context.start(command, on: handle)
    isOpening = false
    switch outcome {
    case .waiting:
      isOpening = true
      return false
    case .started:
      state = isAbandoned ? .closing : .running
      onStart?(.success(()))
      onStart = nil
    case .refused(let error):
      isAbandoned = true
      finish(.failure(error))
      state = .closing
    }
    return true
  }

  private func run(_ context: ChannelContext) throws(SSHError) -> Bool {
    var hasAdvanced = try feed(context)
    isPaused = false
    for stream in SSHOutput.Stream.allCases {
      hasAdvanced = try read(stream, context) || hasAdvanced
    }
    if isPaused, !hasAdvanced { try context.takeIn(by: handle) }
    guard libssh2_channel_eof(handle) == 1 else { return hasAdvanced }
    output.endStreams()
    let result = libssh2_channel_wait_closed(handle)
    if result == LIBSSH2_ERROR_EAGAIN { return hasAdvanced }
    if result != 0 { throw context.sessionError("wait for the end of the command") }
    finish(exit(context))
    isPaused = false
    state = .closing
    return true
  }

  /// Sends what is waiting for the command, and the end of its input.
  private func feed(_ context: ChannelContext) throws(SSHError) -> Bool {
    if isInputEnded { return false }
    var hasAdvanced = false
    while !input.isEmpty, !context.transport.isCongested {
      let count = input.sendNext { bytes in
        Int(libssh2_channel_write_ex(handle, 0, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count))
      }
      if count == LIBSSH2_ERROR_EAGAIN || count == 0 { return hasAdvanced }
      if count < 0 {
        input.fail(try context.channelError("write to the command"))
        break
      }
      hasAdvanced = true
    }
    guard input.isEmpty, input.isClosed else { return hasAdvanced }
    let result = libssh2_channel_send_eof(handle)
    if result == LIBSSH2_ERROR_EAGAIN { return hasAdvanced }
    isInputEnded = true
    return true
  }

  private func read(_ stream: SSHOutput.Stream, _ context: ChannelContext) throws(SSHError) -> Bool {
    var hasAdvanced = false
    while true {
      guard output.hasRoom(stream) else {
        isPaused = true
        return hasAdvanced
      }
      guard let bytes = try context.read(stream, of: handle) else { return hasAdvanced }
      output.append(bytes, to: stream)
      hasAdvanced = true
    }
  }

  private func close(_ context: ChannelContext) throws(SSHError) -> Bool {
    guard try context.close(handle) else { return false }
    handle = nil
    state = .done
    return true
  }

  private func exit(_ context: ChannelContext) -> Result<SSHExit, any Error> {
    guard let number, context.transport.watch.takeEnd(of: number) else {
      return .failure(
        SSHError(
          .noExitStatus, "the command's channel was closed without an exit status",
          remedy: "whether the command has done its work is not known: look on the host"))
    }
    var name: UnsafeMutablePointer<CChar>?
    libssh2_channel_get_exit_signal(handle, &name, nil, nil, nil, nil, nil)
    guard let name else { return .success(.code(libssh2_channel_get_exit_status(handle))) }
    defer { libssh2_free(context.session, name) }
    return .success(.signal(String(cString: name)))
  }

  private func finish(_ result: Result<SSHExit, any Error>) {
    if case .failure(let error) = result {
      onStart?(.failure(error))
      input.fail(error)
    } else {
      input.fail(SSHError(.channel, "write to the command: it has ended"))
    }
    onStart = nil
    output.end(result)
  }
}
