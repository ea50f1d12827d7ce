import CLibSSH2
import Glibc

/// Shows the server in intervals that we are there, and sees that it is.
///
/// Over TCP the server's answers are not asked for: libssh2 would collect them without end. That the server is there is
/// seen by its system's acknowledgements, and three intervals without one end the connection. Behind a jump host or a
/// proxy nothing is acknowledged by the server's own system, so there it has to answer; a night's answers are few.
final class KeepAlive {
  /// The connection has it.
  private unowned let connection: Connection
  private let seconds: Int64
  private let isAnswered: Bool
  private var timer: TimerQueue.Timer?
  private var received: UInt64
  private var silentIntervals = 0

  /// Begins; `end` has to be called when the connection is closed.
  init(_ connection: Connection, every seconds: Int64) {
    self.connection = connection
    self.seconds = seconds
    received = connection.transport.received
    var limit = UInt32(clamping: 3 * seconds * 1000)
    let size = socklen_t(MemoryLayout<UInt32>.size)
    isAnswered = setsockopt(connection.descriptor, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &limit, size) != 0
    libssh2_keepalive_config(connection.session, isAnswered ? 1 : 0, UInt32(clamping: seconds))
    schedule()
  }

  /// Ends it.
  func end() {
    if let timer { connection.loop.cancel(timer) }
    timer = nil
  }

  private func schedule() {
    timer = connection.loop.schedule(after: .seconds(seconds)) { [weak self] in self?.intervalPassed() }
  }

  private func intervalPassed() {
    silentIntervals = connection.transport.received == received ? silentIntervals + 1 : 0
    received = connection.transport.received
    if isAnswered, silentIntervals > 3 {
      return connection.fail(
        SSHError(.disconnected, "wait for the server: no sign of it for \(silentIntervals * Int(seconds)) s"))
    }
    libssh2_keepalive_send(connection.session, nil)
    schedule()
    connection.pump()
  }
}
