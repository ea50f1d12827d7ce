import Glibc
import SSH
import Synchronization

/// Stands between a client and a real server, and cuts the connection when the server has sent so many bytes.
final class CutRelay: Sendable {
  private let server: RawServer
  private let count: Counter

  /// How many bytes of the server's reached the client.
  var forwarded: Int { count.forwarded.withLock { $0 } }

  /// A relay to a server on a loopback port.
  ///
  /// - Parameters:
  ///   - limit: how many bytes of the server's a client gets.
  ///   - times: how many connections are cut; later ones are not.
  init(to port: Int, after limit: Int, _ cut: CutLoginTests.Cut, times: Int = .max) throws {
    let count = Counter()
    self.count = count
    server = try RawServer { client in
      let upstream = Self.connect(to: port)
      defer { close(upstream) }
      let isCut = count.connections.withLock { connections in
        connections += 1
        return connections <= times
      }
      Self.relay(client, upstream, limit: isCut ? limit : .max) { bytes in count.forwarded.withLock { $0 += bytes } }
      switch cut {
      case .closed: shutdown(client, Int32(SHUT_RDWR))
      case .reset:
        // Connecting to nowhere resets a connection and keeps the descriptor.
        var nowhere = sockaddr(sa_family: sa_family_t(AF_UNSPEC), sa_data: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
        _ = Glibc.connect(client, &nowhere, socklen_t(MemoryLayout<sockaddr>.size))
      }
    }
  }

  /// Where to find it, for one who wants to log in at `host`.
  func target(_ host: Host) throws -> SSHTarget {
    var target = host.target
    target.port = server.port
    let key = host.server.hostKeys[0].publicKey
    target.knownHostsFiles = [try host.write("[127.0.0.1]:\(server.port) \(key)\n", to: "known_hosts \(server.port)")]
    return target
  }

  /// Ends it and its connections.
  func stop() { server.stop() }

  private static func connect(to port: Int) -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_port = UInt16(port).bigEndian
    name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    _ = withUnsafePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    return descriptor
  }

  /// Passes on what comes from either side until one ends, or the limit is reached.
  private static func relay(_ client: Int32, _ upstream: Int32, limit: Int, _ forwarded: (Int) -> Void) {
    var left = limit
    var buffer = [UInt8](repeating: 0, count: 16_384)
    var sockets = [client, upstream].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    while left > 0, poll(&sockets, 2, 60_000) > 0 {
      for (from, to) in [(0, upstream), (1, client)] where sockets[from].revents != 0 {
        let size = from == 1 ? min(left, buffer.count) : buffer.count
        let count = read(sockets[from].fd, &buffer, size)
        // Counted first: the client may ask as soon as it has them.
        if from == 1, count > 0 {
          left -= count
          forwarded(count)
        }
        guard count > 0, send(to, buffer, count, Int32(MSG_NOSIGNAL)) == count else { return }
      }
    }
  }

  private final class Counter: Sendable {
    let forwarded = Mutex(0)
    let connections = Mutex(0)
  }
}
