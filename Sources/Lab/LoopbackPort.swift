import Glibc
import Upgrade

/// TCP ports on the loopback network, where every address `127.x.y.z` is there without any set-up.
public enum LoopbackPort {
  /// A port that nothing listens on at `address` right now.
  ///
  /// It is not reserved: on an address of one's own (`127.random.random.1`) nobody else takes it.
  ///
  /// - Throws: `Failure` of kind `.io`.
  public static func free(at address: String) throws(Failure) -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw Failure(.io, "find a free port: errno \(errno)") }
    defer { close(descriptor) }
    guard var name = socketAddress(address, 0) else { throw Failure(.io, "find a free port: no address: \(address)") }
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafeMutablePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
      }
    }
    guard status == 0 else { throw Failure(.io, "find a free port at \(address): errno \(errno)") }
    return Int(UInt16(bigEndian: name.sin_port))
  }

  /// A loopback address that no other test or lab is likely to have.
  public static func ownAddress() -> String {
    "127.\(Int.random(in: 1...254)).\(Int.random(in: 1...254)).1"
  }

  /// Whether a connection to `endpoint`, `ADDRESS:PORT`, is accepted right now.
  public static func isListening(_ endpoint: String) -> Bool {
    // On the loopback network the handshake is over when `connect` returns, so there is nothing to wait for.
    isListening(endpoint, within: 0)
  }

  /// Whether a connection to `endpoint`, `ADDRESS:PORT` on any network, is accepted; its handshake may take so many
  /// milliseconds.
  static func isListening(_ endpoint: String, within patience: Int32) -> Bool {
    guard let colon = endpoint.lastIndex(of: ":"), let port = UInt16(endpoint[endpoint.index(after: colon)...]),
      var name = socketAddress(String(endpoint[..<colon]), port)
    else { return false }
    let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    let descriptor = socket(AF_INET, Int32(kind), 0)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    let length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let status = withUnsafePointer(to: &name) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) }
    }
    guard status != 0 else { return true }
    var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    guard errno == EINPROGRESS, poll(&wait, 1, patience) == 1 else { return false }
    var error: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0
  }

  /// Listens at `address` and `port`.
  ///
  /// - Returns: the descriptor that takes connections.
  /// - Throws: `Failure` of kind `.io`.
  static func listen(at address: String, _ port: Int) throws(Failure) -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw Failure(.io, "listen at \(address):\(port): errno \(errno)") }
    var isReused: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &isReused, socklen_t(MemoryLayout<Int32>.size))
    if var name = socketAddress(address, UInt16(clamping: port)) {
      let length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let status = withUnsafePointer(to: &name) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
      }
      if status == 0, Glibc.listen(descriptor, 64) == 0 { return descriptor }
    }
    let reason = errno
    close(descriptor)
    throw Failure(.io, "listen at \(address):\(port): errno \(reason)")
  }

  private static func socketAddress(_ address: String, _ port: UInt16) -> sockaddr_in? {
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = port.bigEndian
    return inet_pton(AF_INET, address, &name.sin_addr) == 1 ? name : nil
  }
}
