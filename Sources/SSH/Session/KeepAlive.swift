import CLibSSH2
import Glibc

/// Shows the server in intervals that we are there, and sees that it is.
///
/// Over TCP the server's answers are not asked for: libssh2 would collect them without end. That the server is there is
/// seen by its system's acknowledgements, and three intervals without one end the connection. Behind a jump host or a
/// proxy nothing is acknowledged by the server's own system, so there it has to answer; a night's answers are few.
final class KeepAlive {
  private let session: OpaquePointer
  private let transport: Transport
  private let loop: EventLoop
  private let seconds: Int64
  private let isAnswered: Bool
  private let onSent: (SSHError?) -> Void
  private var timer: TimerQueue.Timer?
  private var received: UInt64
  private var silentIntervals = 0

  /// Begins for `session` over `transport`, whose socket is `descriptor`; `end` has to be called when it is closed.
  ///
  /// - Parameter onSent: called each time; with why the connection is lost where nothing has come for too long.
  init(
    _ session: OpaquePointer, _ transport: Transport, descriptor: Int32, on loop: EventLoop, every seconds: Int64,
    onSent: @escaping (SSHError?) -> Void
  ) {
    self.session = session
    self.transport = transport
    self.loop = loop
    self.seconds = seconds
    self.onSent = onSent
    received = transport.received
    var limit = UInt32(clamping: 3 * seconds * 1000)
    let size = socklen_t(MemoryLayout<UInt32>.size)
    isAnswered = setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &limit, size) != 0
    libssh2_keepalive_config(session, isAnswered ? 1 : 0, UInt32(clamping: seconds))
    schedule()
  }

  /// Ends it.
  func end() {
    if let timer { loop.cancel(timer) }
    timer = nil
  }

  private func schedule() {
    timer = loop.schedule(after: .seconds(seconds)) { [weak self] in self?.intervalPassed() }
  }

  private func intervalPassed() {
    silentIntervals = transport.received == received ? silentIntervals + 1 : 0
    received = transport.received
    if isAnswered, silentIntervals > 3 {
      let silence = silentIntervals * Int(seconds)
      return onSent(SSHError(.disconnected, "wait for the server: no sign of it for \(silence) s"))
    }
    libssh2_keepalive_send(session, nil)
    schedule()
    onSent(nil)
  }
}
