/// One question to a server that answers on a socket and then closes it, as HAProxy's runtime API does.
public protocol SocketExchange: Sendable {
  /// Connects to `endpoint`, sends `bytes`, and gives everything that comes back until the other side closes.
  ///
  /// - Parameters:
  ///   - limit: how many bytes may come back.
  ///   - timeout: for all of it, connecting included.
  /// - Throws: `SocketTrouble`; `CancellationError`.
  func exchange(
    _ bytes: [UInt8], with endpoint: SocketEndpoint, limit: Int, timeout: Duration
  ) async throws -> [UInt8]
}

/// Where a server listens.
public enum SocketEndpoint: Sendable, Hashable {
  /// The path of a socket in the file system.
  case unix(String)
  /// A host name or address, without brackets, and a port.
  case tcp(host: String, port: Int)
}

extension SocketEndpoint: CustomStringConvertible {
  /// As it is written in settings: a path, or `HOST:PORT`.
  public var description: String {
    switch self {
    case .unix(let path): path
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
  }
}

/// Why an exchange gave no answer.
public enum SocketTrouble: Error, Sendable, Hashable {
  /// No socket has that path, or no host that name.
  case unknown
  /// The socket may not be used by this user.
  case notAllowed
  /// Nobody listens there.
  case refused
  /// There was no whole answer in time.
  case timedOut
  /// More came back than `limit`.
  case tooLong
  /// Anything else, as the system puts it.
  case broken(String)
}
