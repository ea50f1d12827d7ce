import Glibc

/// A client's TCP connection, used by one thread: plain calls, so that it is known to the byte what came when it broke.
struct LoadConnection: ~Copyable {
  /// Why there is no whole answer.
  enum Trouble: Error {
    /// No connection was made.
    case unreachable(String)
    /// It was closed or reset, after so many bytes of the answer.
    case closed(String, received: Int)
    /// What came is no HTTP.
    case nonsense
    /// Nothing came within the time-out.
    case late(received: Int)
    /// The load was stopped meanwhile.
    case stopped
  }

  private let descriptor: Int32

  /// Connects.
  init(to endpoint: LoadEndpoint) throws(Trouble) {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw .unreachable(Self.reason) }
    var (address, one) = (endpoint.address, Int32(1))
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    // Holds for connecting, too. On the loopback network the kernel accepts or refuses at once, but for a crowd.
    var limit = timeval(tv_sec: 60, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    let length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) }
    }
    guard status == 0 else {
      let reason = Self.reason
      close(descriptor)
      throw .unreachable(reason)
    }
  }

  deinit { close(descriptor) }

  /// Whether the server has closed it, or said something unasked: then it is not to be used again.
  var isFinished: Bool {
    var byte: UInt8 = 0
    let count = recv(descriptor, &byte, 1, Int32(MSG_PEEK | MSG_DONTWAIT))
    return count >= 0 || errno != EAGAIN
  }

  /// Sends a request and waits for the whole answer.
  ///
  /// - Parameter stop: gives up when it is set; nil to wait all the same.
  func ask(_ request: [UInt8], until deadline: ContinuousClock.Instant, stop: LoadStop?) throws(Trouble) -> LoadAnswer {
    try send(request)
    var reader = AnswerReader()
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
      let left = (deadline - .now).milliseconds
      guard left > 0 else { throw .late(received: reader.received) }
      var waits = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
      if let stop { waits.append(pollfd(fd: stop.descriptor, events: Int16(POLLIN), revents: 0)) }
      guard poll(&waits, nfds_t(waits.count), Int32(min(left, 60_000))) > 0 else { continue }
      if waits[0].revents == 0 { throw .stopped }
      let count = recv(descriptor, &buffer, buffer.count, 0)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        throw .closed(count == 0 ? "closed" : Self.reason, received: reader.received)
      }
      do {
        if let answer = try reader.take(buffer[..<count]) { return answer }
      } catch {
        throw .nonsense
      }
    }
  }

  private func send(_ bytes: [UInt8]) throws(Trouble) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .closed("\(Self.reason) while it was sent", received: 0) }
      rest = rest.dropFirst(count)
    }
  }

  private static var reason: String { String(cString: strerror(errno)) }
}

extension Duration {
  /// Whole milliseconds.
  var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
