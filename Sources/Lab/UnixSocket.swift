import Dispatch
import Glibc
import Upgrade

/// One question and its answer over a Unix socket.
enum UnixSocket {
  /// The longest path that a Unix socket can have on Linux, in bytes.
  static let pathLimit = 107

  /// Whether a socket can have this path.
  ///
  /// - Throws: `Failure` of kind `.refused` when it is too long.
  static func check(_ path: String) throws(Failure) {
    guard path.utf8.count > pathLimit else { return }
    throw Failure(
      .refused, "\(path) is too long for a Unix socket: \(path.utf8.count) bytes, and \(pathLimit) are possible",
      remedy: "choose a folder with a shorter path")
  }

  /// Sends `question` and reads until the other side closes.
  ///
  /// - Throws: `Failure` of kind `.io`.
  static func ask(_ path: String, _ question: String, timeout: Duration) async throws -> String {
    try check(path)
    // On a queue: the calls block, if only for a moment.
    return try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(with: Result { try talk(path, question, timeout) }) }
    }
  }

  private static func talk(_ path: String, _ question: String, _ timeout: Duration) throws -> String {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    var limit = timeval(tv_sec: Int(timeout.components.seconds), tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
    }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard status == 0, TextFile.write(Array(question.utf8), to: descriptor) else { throw failure(path) }
    let deadline = ContinuousClock.now + timeout
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while ContinuousClock.now < deadline {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw failure(path) }
      if count == 0 { return String(decoding: answer, as: UTF8.self) }
      answer += buffer[..<count]
    }
    throw Failure(.io, "ask \(path): no end of the answer")
  }

  private static func failure(_ path: String) -> Failure {
    Failure(.io, "ask \(path): \(String(cString: strerror(errno)))")
  }
}
