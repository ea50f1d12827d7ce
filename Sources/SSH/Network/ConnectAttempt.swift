import CLibSSH2
import Glibc

/// One address that is being connected to, on its loop.
final class ConnectAttempt {
  /// Why it did not come to a connection.
  enum Failure: Hashable {
    case refused(Int32)
    case timedOut
  }

  let address: SocketAddress
  /// When it is given up.
  let deadline: ContinuousClock.Instant
  /// Why there is no connection and will be none.
  private(set) var failure: Failure?

  private let timeout: Duration
  private let loop: EventLoop
  private var descriptor: Int32 = -1
  private var isRegistered = false
  private var isConnected = false
  private var hasChanged = false

  /// Begins; `end` has to be called at the end.
  ///
  /// - Parameter onChange: called when `look` may see something new.
  init(_ address: SocketAddress, timeout: Duration, on loop: EventLoop, onChange: @escaping () -> Void) {
    self.address = address
    self.timeout = timeout
    self.loop = loop
    deadline = .now + timeout
    begin(onChange)
  }

  /// For messages.
  var evidence: String {
    switch failure {
    case .refused(let code): "\(address.text): \(SystemError.text(code))"
    case .timedOut, nil: "\(address.text): no answer in \(timeout)"
    }
  }

  /// Sees what has become of it.
  func look() {
    guard failure == nil, !isConnected else { return }
    if hasChanged {
      var error: Int32 = 0
      var size = socklen_t(MemoryLayout<Int32>.size)
      getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size)
      if error == 0 { isConnected = true } else { fail(.refused(error)) }
    } else if .now >= deadline {
      fail(.timedOut)
    }
  }

  /// The connected socket, which is the caller's from now on; nil where there is none.
  func takeConnected() -> Int32? {
    guard isConnected else { return nil }
    if isRegistered { loop.unregister(descriptor) }
    isRegistered = false
    defer { descriptor = -1 }
    return descriptor
  }

  /// Gives it up.
  func end() {
    guard descriptor >= 0 else { return }
    if isRegistered { loop.unregister(descriptor) }
    close(descriptor)
    descriptor = -1
  }

  private func begin(_ onChange: @escaping () -> Void) {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    descriptor = socket(address.family, type, 0)
    guard descriptor >= 0 else { return fail(.refused(errno)) }
    var one: Int32 = 1
    // Without it each short command takes 44 ms more: Nagle's algorithm waits for a delayed acknowledgement.
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    let result = address.bytes.withUnsafeBytes { raw in
      connect(descriptor, raw.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(raw.count))
    }
    if result == 0 { return isConnected = true }
    guard errno == EINPROGRESS else { return fail(.refused(errno)) }
    let code = loop.register(descriptor) { [weak self] events in
      guard events & (EPOLLOUT.rawValue | EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 else { return }
      self?.hasChanged = true
      onChange()
    }
    guard code == 0 else { return fail(.refused(code)) }
    isRegistered = true
  }

  private func fail(_ failure: Failure) {
    self.failure = failure
    end()
  }
}
