import Glibc
import SSH
import Synchronization

/// A TCP server on a free loopback port that does one thing to each connection; for what no SSH server does.
final class RawServer: Sendable {
  let port: Int
  private let listener: Int32
  private let accepted = Mutex<[Int32]>([])
  private let thread = Mutex<pthread_t?>(nil)

  /// Listens, and gives each connection to `serve`; it stays open until `stop`.
  init(_ serve: @escaping @Sendable (Int32) -> Void) throws {
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let isListening = withUnsafeMutablePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &length) == 0
      }
    }
    guard isListening else { throw SSHError(.unreachable, "listen: errno \(errno)") }
    port = Int(UInt16(bigEndian: name.sin_port))
    var id = pthread_t()
    let box = Unmanaged.passRetained(Box { [self] in accept(serve) })
    pthread_create(
      &id, nil,
      {
        Unmanaged<Box>.fromOpaque($0!).takeRetainedValue().call(); return nil
      }, box.toOpaque())
    thread.withLock { $0 = id }
  }

  /// How many connections have come.
  var connections: Int { accepted.withLock { $0.count } }

  /// Where to find it.
  func target(loginTimeout: Duration = .seconds(20)) -> SSHTarget {
    SSHTarget(host: "127.0.0.1", port: port, user: "nobody", knownHostsFiles: [], loginTimeout: loginTimeout)
  }

  /// Ends it and its connections. Their numbers are given back only when nobody uses them any more: they may be somebody
  /// else's at once.
  func stop() {
    let running = thread.withLock { thread in
      defer { thread = nil }
      return thread
    }
    guard let running else { return }
    shutdown(listener, Int32(SHUT_RDWR))
    accepted.withLock { for descriptor in $0 { shutdown(descriptor, Int32(SHUT_RDWR)) } }
    pthread_join(running, nil)
    close(listener)
    accepted.withLock { descriptors in
      for descriptor in descriptors { close(descriptor) }
      descriptors = []
    }
  }

  private func accept(_ serve: (Int32) -> Void) {
    while true {
      let descriptor = Glibc.accept(listener, nil, nil)
      guard descriptor >= 0 else { return }
      accepted.withLock { $0.append(descriptor) }
      serve(descriptor)
    }
  }

  private final class Box {
    let call: () -> Void
    init(_ call: @escaping () -> Void) { self.call = call }
  }
}
