import Dispatch
import Glibc
import Synchronization

/// A server that takes a connection, says its piece whatever was asked, and hangs up; with a reset where the piece is empty.
final class RudeServer: Sendable {
  private let listener: Int32
  private let isStopped = Atomic(false)

  init(_ address: String, port: UInt16, answer: String) throws {
    listener = try ProbeServers.listenOnly(address, port: port)
    DispatchQueue(label: "rude").async { [self] in
      while !isStopped.load(ordering: .relaxed) {
        var ready = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
        guard poll(&ready, 1, 20) == 1 else { continue }
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { continue }
        Self.serve(connection, answer)
      }
      close(listener)
    }
  }

  /// Ends it, soon.
  func stop() { isStopped.store(true, ordering: .relaxed) }

  private static func serve(_ connection: Int32, _ answer: String) {
    var request = [UInt8](repeating: 0, count: 4096)
    let count = recv(connection, &request, request.count, 0)
    if count > 0, !answer.isEmpty {
      _ = answer.utf8.withContiguousStorageIfAvailable { send(connection, $0.baseAddress, $0.count, 0) }
    } else {
      var reset = linger(l_onoff: 1, l_linger: 0)
      setsockopt(connection, SOL_SOCKET, SO_LINGER, &reset, socklen_t(MemoryLayout<linger>.size))
    }
    close(connection)
  }
}
