import Glibc

/// The end of a socket pair by which a tunnel hands over and takes bytes, on its loop.
final class TunnelStream {
  private let descriptor: Int32
  private let loop: EventLoop
  private var isOpen = true
  /// What came from the server and the other end does not take yet.
  private var held: ArraySlice<UInt8> = []
  private var mayRead = true
  private var mayWrite = true

  /// A stream over a connected, non-blocking socket, which it closes at its end.
  ///
  /// - Parameter onChange: called when the other end has sent or taken something, or has closed.
  init(descriptor: Int32, on loop: EventLoop, onChange: @escaping () -> Void) {
    self.descriptor = descriptor
    self.loop = loop
    let code = loop.register(descriptor) { [weak self] _ in
      self?.mayRead = true
      self?.mayWrite = true
      onChange()
    }
    if code != 0 { close() }
  }

  /// Whether the other end has to take something before more is put in.
  var isFull: Bool { !held.isEmpty }

  /// Gives what the other end has sent: 0 when it has closed, nil when there is nothing for now.
  func read(into space: UnsafeMutableRawBufferPointer) -> Int? {
    while mayRead, isOpen {
      let count = recv(descriptor, space.baseAddress, space.count, 0)
      if count >= 0 { return count }
      if errno == EINTR { continue }
      mayRead = false
      if errno != EAGAIN { return 0 }
    }
    return isOpen ? nil : 0
  }

  /// Hands `bytes` to the other end, and keeps what it does not take for now.
  func write(_ bytes: UnsafeRawBufferPointer) {
    held = ArraySlice(bytes)
    flush()
  }

  /// Hands over what was kept; tells whether anything went.
  @discardableResult
  func flush() -> Bool {
    var hasGone = false
    while !held.isEmpty, mayWrite, isOpen {
      let count = held.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count > 0 {
        held = held.dropFirst(count)
        hasGone = true
      } else if errno != EINTR {
        mayWrite = false
        // A broken stream is told by reading.
        if errno != EAGAIN { held = [] }
      }
    }
    return hasGone
  }

  /// Ends it; the other end reads what was handed over, and then its end.
  func close() {
    guard isOpen else { return }
    isOpen = false
    held = []
    loop.unregister(descriptor)
    Glibc.close(descriptor)
  }
}
