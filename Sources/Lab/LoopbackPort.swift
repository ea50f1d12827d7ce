import Glibc
import Upgrade

/// Free TCP ports for the lab's servers.
enum LoopbackPort {
  /// A port on `address` (IPv4) that was free just now; another process may take it before the caller does.
  ///
  /// - Throws: `Failure` of kind `.io`, for example for an address that is not this machine's.
  static func free(on address: String) throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw Failure(.io, "find a free port: errno \(errno)") }
    defer { close(descriptor) }
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    guard inet_pton(AF_INET, address, &name.sin_addr) == 1 else {
      throw Failure(.io, "find a free port: \(address) is not an IPv4 address")
    }
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
        bind(descriptor, pointer, length) == 0 && getsockname(descriptor, pointer, &length) == 0
      }
    }
    guard result else { throw Failure(.io, "find a free port on \(address): errno \(errno)") }
    return Int(UInt16(bigEndian: name.sin_port))
  }
}
