import Glibc
import Upgrade

/// Tells all threads of a load at once that it is over; they can wait for it beside other things.
final class LoadStop: Sendable {
  /// Readable once it is set, for `poll`.
  let descriptor: Int32
  private let writer: Int32

  init() throws(Failure) {
    var ends: [Int32] = [-1, -1]
    let status = socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends)
    (descriptor, writer) = (ends[0], ends[1])
    guard status == 0 else { throw Failure(.io, "begin a load: \(String(cString: strerror(errno)))") }
  }

  deinit {
    close(descriptor)
    close(writer)
  }

  /// Sets it, for good.
  func set() { _ = TextFile.write([0], to: writer) }

  /// Whether it is set.
  var isSet: Bool { isSet(within: 0) }

  /// Blocks until `instant`.
  ///
  /// - Returns: whether it was set before.
  func isSet(before instant: ContinuousClock.Instant) -> Bool {
    while true {
      let left = (instant - .now).milliseconds
      if isSet(within: Int32(clamping: max(left, 0))) { return true }
      if left <= 0 { return false }
    }
  }

  private func isSet(within milliseconds: Int32) -> Bool {
    var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&wait, 1, milliseconds) > 0
  }
}
