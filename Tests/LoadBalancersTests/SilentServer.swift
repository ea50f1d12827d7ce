import Foundation
import Glibc
import Lab
import Synchronization
import Upgrade

/// Accepts connections, as the kernel does for it, and never says a word.
struct SilentServer: Sendable {
  /// The socket's path, or `ADDRESS:PORT`.
  let name: String
  private let descriptor: Int32

  /// One on a unix socket.
  init(path: String) throws {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
    name = path
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard status == 0, listen(descriptor, 100) == 0 else { throw Failure(.io, "listen at \(path): errno \(errno)") }
  }

  /// One on a TCP port of its own.
  init() throws {
    let host = LoopbackPort.ownAddress()
    let port = try LoopbackPort.free(at: host)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    inet_pton(AF_INET, host, &address.sin_addr)
    name = "\(host):\(port)"
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0, listen(descriptor, 100) == 0 else { throw Failure(.io, "listen at \(name): errno \(errno)") }
  }

  func stop() { close(descriptor) }

  /// Waits for one connection; nil when the server was stopped.
  fileprivate func next() -> Int32? {
    var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&ready, 1, 50) == 1 else { return nil }
    let connection = accept(descriptor, nil, nil)
    return connection < 0 ? nil : connection
  }
}

/// An agent for HAProxy's agent checks that says `ready up` to everybody.
final class AgentServer: Sendable {
  private let server: SilentServer
  private let state = Mutex((asked: 0, isStopped: false))

  init() throws {
    server = try SilentServer()
    Thread { [server, state = self] in
      while !state.isStopped {
        guard let connection = server.next() else { continue }
        state.count()
        _ = write(connection, "ready up\n", 9)
        close(connection)
      }
      server.stop()
    }.start()
  }

  var name: String { server.name }
  /// How often it was asked.
  var asked: Int { state.withLock { $0.asked } }
  private var isStopped: Bool { state.withLock { $0.isStopped } }
  private func count() { state.withLock { $0.asked += 1 } }
  func stop() { state.withLock { $0.isStopped = true } }
}
