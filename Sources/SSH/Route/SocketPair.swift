import Glibc

/// Two connected sockets of this process.
public enum SocketPair {
  /// Makes a pair; neither blocks, and no program that is started inherits them.
  ///
  /// - Throws: `SSHError` of kind `.unreachable` when the system has none left.
  public static func make() throws(SSHError) -> (near: Int32, far: Int32) {
    var pair: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, type, 0, &pair) == 0 else {
      throw SSHError(.unreachable, "make a pair of sockets: \(SystemError.text(errno))")
    }
    return (pair[0], pair[1])
  }
}
