import CLibSSH2
import Glibc

/// Learns from the server's packets what libssh2 does not tell.
///
/// libssh2 reports exit status 0 for a channel that was closed without one, it gives no channel numbers, and it forgets
/// which login methods the server named. All three stand in packets that libssh2 frees when it has handled them, through
/// the session's own `free`, and there we look at them. What was seen is wiped, because a block of memory may come back
/// and be freed again without having been written to.
struct PacketWatch {
  /// The number of the channel whose opening was confirmed last.
  private(set) var lastOpened: UInt32?
  /// The login methods the server named last, separated by commas.
  private(set) var loginMethods: String?
  private var ended: Set<UInt32> = []

  /// Whether the server said how the command of channel `number` ended; forgets it.
  mutating func takeEnd(of number: UInt32) -> Bool { ended.remove(number) != nil }

  /// Looks at a block that is about to be freed.
  mutating func look(at block: UnsafeMutableRawPointer) {
    switch block.load(as: UInt8.self) {
    case 98: channelRequest(block)
    case 91 where malloc_usable_size(block) >= 17:
      lastOpened = integer(block, 1)
    case 51: loginFailure(block)
    default: break
    }
  }

  /// byte 98, uint32 our channel, string `exit-status` or `exit-signal`, ...
  private mutating func channelRequest(_ block: UnsafeMutableRawPointer) {
    guard malloc_usable_size(block) >= 24, integer(block, 5) == 11 else { return }
    let name = block + 9
    guard memcmp(name, "exit-status", 11) == 0 || memcmp(name, "exit-signal", 11) == 0 else { return }
    ended.insert(integer(block, 1))
    memset(block, 0, 20)
  }

  /// byte 51, string the methods that can go on, boolean
  private mutating func loginFailure(_ block: UnsafeMutableRawPointer) {
    let size = malloc_usable_size(block)
    guard size >= 6 else { return }
    let length = Int(integer(block, 1))
    guard length > 0, length < 1024, length + 6 <= size else { return }
    loginMethods = String(decoding: UnsafeRawBufferPointer(start: block + 5, count: length), as: UTF8.self)
    memset(block, 0, 6)
  }

  private func integer(_ block: UnsafeMutableRawPointer, _ offset: Int) -> UInt32 {
    UInt32(bigEndian: block.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }
}
