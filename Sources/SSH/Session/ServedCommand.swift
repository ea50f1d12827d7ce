import CLibSSH2

/// One command that the server's `CommandServer` runs, on the loop's side.
final class ServedCommand: SessionChannel {
  private enum State {
    case sending
    case running
    case closing
    case done
  }

  let id: UInt64
  var timer: TimerQueue.Timer?
  private let server: CommandServer
  private let handle: OpaquePointer
  private let output: OutputBuffer
  private let request: [UInt8]
  private var sent = 0
  private var state = State.sending
  private var frames = ServedFrames()

  /// What it reads on its standard input goes with the command, so it is not to be long.
  static let mostInput = 256 * 1024

  /// A command over the channel `handle` of `server`.
  init(
    id: UInt64, _ request: CommandRequest, output: OutputBuffer, over handle: OpaquePointer, of server: CommandServer
  ) {
    self.id = id
    self.output = output
    self.handle = handle
    self.server = server
    let command = request.command.utf8
    self.request = Array("\(command.count) \(request.input.count)\n".utf8) + command + request.input
  }

  var isDone: Bool { if case .done = state { true } else { false } }
  let isOpening = false
  private(set) var isPaused = false

  func deliver() { output.deliver() }

  func abandon(_ error: any Error) {
    switch state {
    case .sending where sent == 0:
      output.end(.failure(error))
      server.giveBack(handle)
      state = .done
    case .sending, .running:
      output.end(.failure(error))
      server.giveUp()
      close()
    case .closing, .done: return
    }
  }

  func fail(_ error: SSHError) {
    let wasSent = if case .sending = state { false } else { true }
    state = .done
    output.end(.failure(wasSent ? error : error.beforeStart))
  }

  // MARK: Steps

  func step(_ context: ChannelContext, mayOpen: Bool) throws(SSHError) -> Bool {
    switch state {
    case .sending: return try send(context)
    case .running: return try run(context)
    case .closing:
      guard try context.close(handle) else { return false }
      state = .done
      return true
    case .done: return false
    }
  }

  private func send(_ context: ChannelContext) throws(SSHError) -> Bool {
    if context.transport.isCongested { return false }
    let count = request.withUnsafeBytes { bytes in
      let rest = UnsafeRawBufferPointer(rebasing: bytes[sent...])
      return Int(
        libssh2_channel_write_ex(handle, 0, rest.baseAddress?.assumingMemoryBound(to: CChar.self), rest.count))
    }
    if count == Int(LIBSSH2_ERROR_EAGAIN) || count == 0 {
      // It takes in what has come, the end of the process among it.
      try context.takeIn(by: handle)
      guard libssh2_channel_eof(handle) == 1 else { return false }
      lose(SSHError(.disconnectedBeforeStart, "start the command: what runs commands on the server has ended"))
      return true
    }
    if count < 0 {
      lose(try context.channelError("start the command").beforeStart)
      return true
    }
    sent += count
    if sent == request.count { state = .running }
    return true
  }

  private func run(_ context: ChannelContext) throws(SSHError) -> Bool {
    isPaused = !output.hasRoom(.standardOutput) || !output.hasRoom(.standardError)
    if isPaused {
      try context.takeIn(by: handle)
      return false
    }
    try context.drop(.standardError, of: handle)
    guard let bytes = try context.read(.standardOutput, of: handle) else {
      guard libssh2_channel_eof(handle) == 1 else { return false }
      lose(
        SSHError(
          .noExitStatus, "what runs commands on the server has ended, and with it the command's end is not known",
          remedy: "whether the command has done its work is not known: look on the host"))
      return true
    }
    var end: ServedFrames.Frame?
    let isSound = frames.take(bytes) { frame in
      if case .output(let stream, let bytes) = frame, end == nil {
        output.append(bytes, to: stream)
      } else {
        end = frame
      }
    }
    if !isSound {
      lose(SSHError(.noExitStatus, "what runs commands on the server says what makes no sense"))
    } else if let end {
      finish(end)
    }
    return true
  }

  private func finish(_ end: ServedFrames.Frame) {
    switch end {
    case .exited(let code): output.end(.success(.code(code)))
    case .signalled(let name): output.end(.success(.signal(name)))
    case .notStarted:
      output.end(
        .failure(
          SSHError(
            .noChannel, "start the command: the server has no process or no file left for it",
            remedy: "see the user's limits there (ulimit -u, ulimit -n)")))
    case .output: return lose(SSHError(.noExitStatus, "what runs commands on the server goes on behind the end"))
    }
    server.giveBack(handle)
    state = .done
  }

  private func lose(_ error: SSHError) {
    output.end(.failure(error))
    server.lose()
    close()
  }

  private func close() {
    isPaused = false
    state = .closing
  }
}
