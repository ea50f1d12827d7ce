import CLibSSH2
import Glibc

/// The socket below a libssh2 session, which calls it instead of `send` and `recv`.
///
/// Why it stands between them:
/// - Sending never blocks: what the socket does not take is kept here. libssh2 demands that a call which got stuck in the
///   middle of sending a packet is repeated to its end before any other call sends, and breaks that rule itself (its
///   keepalive, its EOF). With this it never gets stuck, so the calls of several channels can be mixed freely. The amount
///   kept is bounded by `isCongested`, which everyone asks before handing over data.
/// - Receiving is counted and rationed: any channel's read takes in the packets of all channels, so a round over the
///   channels has to be repeated until nothing came in (`received`), and one busy session must not starve the others.
/// - An end of the stream is kept from libssh2, which would forget the data it has queued; see `end`.
final class Transport {
  /// Why nothing will come any more.
  enum End: Hashable {
    case closedByPeer
    case failed(Int32)
  }

  /// Bytes that came in so far.
  private(set) var received: UInt64 = 0
  /// Set when the peer has closed or the connection has failed; what came before it was handed to libssh2.
  private(set) var end: End?
  /// Whether the round used up its ration while there may be more to read.
  private(set) var isRationSpent = false
  /// What was learnt from the packets.
  var watch = PacketWatch()
  /// What the server said when it ended the connection.
  var farewell: Farewell?
  /// Answers the server's questions, while it asks.
  var interview: KeyboardInterview?
  /// Whether the session is being freed: libssh2 must get errors now, not "try again".
  var isShut = false

  private let descriptor: Int32
  private var mayHaveMore = true
  private var isHangingUp = false
  private var ration = 0
  private var outbound: [UInt8] = []
  private var outboundStart = 0
  private var inbound: [UInt8] = []
  private var inboundStart = 0

  /// A transport over a connected, non-blocking socket, which stays the caller's.
  init(descriptor: Int32) { self.descriptor = descriptor }

  /// Whether so much waits to be sent that nothing should be added.
  var isCongested: Bool { outbound.count - outboundStart > 128 * 1024 }

  /// Begins a round: some hundred kilobytes may be taken in.
  func startRound() {
    ration = 512 * 1024
    isRationSpent = false
  }

  /// The socket has something to read, or came to its end (`isHangUp`), which is told only once too.
  func becameReadable(isHangUp: Bool) {
    mayHaveMore = true
    if isHangUp { isHangingUp = true }
  }

  /// Sends what was kept, as far as the socket takes it.
  func flush() {
    while outboundStart < outbound.count {
      let count = outbound.withUnsafeBytes { bytes in
        write(UnsafeRawBufferPointer(rebasing: bytes[outboundStart...]))
      }
      guard count > 0 else { return }
      outboundStart += count
    }
    if outboundStart > 0 {
      outbound.removeAll(keepingCapacity: outbound.capacity <= 256 * 1024)
      outboundStart = 0
    }
  }

  // MARK: What libssh2 calls

  func send(_ bytes: UnsafeRawBufferPointer) -> Int {
    if isShut { return Int(-EPIPE) }
    var rest = bytes[...]
    if outboundStart == outbound.count {
      let count = write(bytes)
      rest = bytes[max(0, count)...]
    }
    outbound.append(contentsOf: rest)
    return bytes.count
  }

  func receive(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    if isShut { return Int(-ECONNRESET) }
    if inboundStart < inbound.count { return takeInbound(into: buffer) }
    if buffer.count < 64, mayHaveMore, end == nil {
      // libssh2 reads the server's greeting byte by byte; this saves a system call for each.
      inbound = [UInt8](unsafeUninitializedCapacity: 1024) { space, count in
        count = max(0, read(into: UnsafeMutableRawBufferPointer(space)))
      }
      inboundStart = 0
      return inbound.isEmpty ? Int(-EAGAIN) : takeInbound(into: buffer)
    }
    if ration <= 0 {
      isRationSpent = mayHaveMore && end == nil
      return Int(-EAGAIN)
    }
    let count = read(into: buffer)
    return count > 0 ? count : Int(-EAGAIN)
  }

  private func takeInbound(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, inbound.count - inboundStart)
    inbound.withUnsafeBytes { buffer.copyMemory(from: .init(rebasing: $0[inboundStart..<inboundStart + count])) }
    inboundStart += count
    return count
  }

  // MARK: The socket

  private func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    while mayHaveMore, end == nil {
      let count = recv(descriptor, buffer.baseAddress, buffer.count, 0)
      if count > 0 {
        // The socket tells only changes (EPOLLET), and a short read means that there is no more for now.
        if count < buffer.count, !isHangingUp { mayHaveMore = false }
        received += UInt64(count)
        ration -= count
        return count
      }
      if count < 0, errno == EINTR { continue }
      mayHaveMore = false
      if count == 0 { end = .closedByPeer } else if errno != EAGAIN { end = .failed(errno) }
    }
    return 0
  }

  private func write(_ bytes: UnsafeRawBufferPointer) -> Int {
    while true {
      let count = Glibc.send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
      if count >= 0 { return count }
      if errno == EINTR { continue }
      // A broken connection is told by reading: what the server sent before it broke is still to be read.
      return 0
    }
  }
}
