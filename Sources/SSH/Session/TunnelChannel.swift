import CLibSSH2

/// A connection that the server makes for us to another host (`direct-tcpip`): how a jump host is gone through.
final class TunnelChannel: SessionChannel {
  private enum State {
    case opening
    case running
    case closing
    case done
  }

  let id: UInt64
  var timer: TimerQueue.Timer?
  private let host: String
  private let port: Int
  private let stream: TunnelStream
  private var onStart: ((Result<Void, any Error>) -> Void)?
  private var state = State.opening
  private var handle: OpaquePointer?
  private var isAbandoned = false
  private var outbound: [UInt8] = []
  private var outboundStart = 0

  /// A tunnel to `host` and `port`, as the server knows them, which `stream` is the near end of.
  ///
  /// - Parameter onStart: called once when the server has connected, or will not.
  init(
    id: UInt64, host: String, port: Int, stream: TunnelStream, onStart: @escaping (Result<Void, any Error>) -> Void
  ) {
    self.id = id
    self.host = host
    self.port = port
    self.stream = stream
    self.onStart = onStart
  }

  var isDone: Bool { if case .done = state { true } else { false } }
  private(set) var isOpening = false
  private(set) var isPaused = false

  func deliver() {}

  func abandon(_ error: any Error) {
    if isDone { return }
    isAbandoned = true
    isPaused = false
    finish(.failure(error))
    if case .opening = state, !isOpening { state = .done }
    if case .running = state { state = .closing }
  }

  func fail(_ error: SSHError) {
    state = .done
    finish(.failure(error))
  }

  // MARK: Steps

  func step(_ context: ChannelContext, mayOpen: Bool) throws(SSHError) -> Bool {
    switch state {
    case .opening:
      guard mayOpen || isOpening else { return false }
      return try open(context)
    case .running: return try run(context)
    case .closing: return try close(context)
    case .done: return false
    }
  }

  private func open(_ context: ChannelContext) throws(SSHError) -> Bool {
    handle = libssh2_channel_direct_tcpip_ex(context.session, host, Int32(port), "127.0.0.1", 0)
    guard handle == nil else {
      isOpening = false
      state = isAbandoned ? .closing : .running
      onStart?(.success(()))
      onStart = nil
      return true
    }
    isOpening = libssh2_session_last_errno(context.session) == LIBSSH2_ERROR_EAGAIN
    if isOpening { return false }
    let error = try context.channelError("connect to \(host) port \(port) from the jump host")
    state = .done
    finish(
      .failure(
        SSHError(
          .unreachable, "connect to \(host) port \(port) from the jump host: it cannot, or may not",
          evidence: error.evidence,
          remedy: "see that the jump host reaches it, and that its sshd has AllowTcpForwarding and PermitOpen for it")))
    return true
  }

  private func run(_ context: ChannelContext) throws(SSHError) -> Bool {
    var hasAdvanced = try send(context)
    if case .closing = state { return true }
    hasAdvanced = try receive(context) || hasAdvanced
    if isPaused, !hasAdvanced { try context.takeIn(by: handle) }
    guard libssh2_channel_eof(handle) == 1, !stream.isFull else { return hasAdvanced }
    finish(.success(()))
    isPaused = false
    state = .closing
    return true
  }

  /// Sends on what the near end has put in.
  private func send(_ context: ChannelContext) throws(SSHError) -> Bool {
    var hasAdvanced = false
    while !context.transport.isCongested {
      if outboundStart == outbound.count {
        guard let count = stream.read(into: context.scratch) else { return hasAdvanced }
        guard count > 0 else {
          finish(.success(()))
          state = .closing
          return true
        }
        outbound = Array(context.scratch[..<count])
        outboundStart = 0
      }
      let count = outbound.withUnsafeBytes { bytes in
        let rest = UnsafeRawBufferPointer(rebasing: bytes[outboundStart...])
        return Int(
          libssh2_channel_write_ex(handle, 0, rest.baseAddress?.assumingMemoryBound(to: CChar.self), rest.count))
      }
      if count == Int(LIBSSH2_ERROR_EAGAIN) || count == 0 { return hasAdvanced }
      if count < 0 {
        _ = try context.channelError("send through the jump host")
        finish(.success(()))
        state = .closing
        return true
      }
      outboundStart += count
      hasAdvanced = true
    }
    return hasAdvanced
  }

  /// Hands on what has come, as far as the near end takes it.
  private func receive(_ context: ChannelContext) throws(SSHError) -> Bool {
    var hasAdvanced = stream.flush()
    while !stream.isFull {
      let space = context.scratch
      let count = libssh2_channel_read_ex(
        handle, 0, space.baseAddress?.assumingMemoryBound(to: CChar.self), space.count)
      if count == Int(LIBSSH2_ERROR_EAGAIN) || count == 0 { break }
      if count < 0 { throw context.sessionError("read through the jump host") }
      stream.write(UnsafeRawBufferPointer(rebasing: space[..<count]))
      hasAdvanced = true
    }
    isPaused = stream.isFull
    return hasAdvanced
  }

  private func close(_ context: ChannelContext) throws(SSHError) -> Bool {
    guard try context.close(handle) else { return false }
    handle = nil
    state = .done
    return true
  }

  private func finish(_ result: Result<Void, any Error>) {
    onStart?(result)
    onStart = nil
    stream.close()
  }
}
