import Glibc

/// Asks the user's agent (`ssh-agent`) for its keys and for signatures. Every question has a connection of its own.
struct SSHAgent: Sendable {
  /// The agent's socket, that is `SSH_AUTH_SOCK`.
  let path: String

  /// The keys it holds.
  ///
  /// - Throws: `SSHError` of kind `.agent`.
  func keys() async throws -> [AgentMessage.Key] {
    let answer = try await ask(AgentMessage.listRequest)
    guard let keys = AgentMessage.keys(in: answer) else {
      throw SSHError(.agent, "list the agent's keys: it refuses", evidence: [path])
    }
    return keys
  }

  /// A signature of `data`. It may take a while: the agent may ask its user.
  ///
  /// - Throws: `SSHError` of kind `.agent`.
  func sign(_ data: [UInt8], with key: AgentMessage.Key, algorithm: String) async throws -> [UInt8] {
    let answer = try await ask(AgentMessage.signRequest(blob: key.blob, data: data, algorithm: algorithm))
    guard let signature = AgentMessage.signature(in: answer, algorithm: algorithm) else {
      throw SSHError(.agent, "sign with the agent's key \(key.comment): it refuses", evidence: [path])
    }
    return signature
  }

  private func ask(_ message: [UInt8]) async throws -> [UInt8] {
    try await Blocking.run { [path] in
      let descriptor = try Self.connect(to: path)
      defer { close(descriptor) }
      var writer = WireWriter()
      writer.string(message)
      try Self.send(writer.bytes, descriptor, path)
      var length = WireReader(try Self.receive(4, descriptor, path))
      guard let count = length.uint32(), count > 0, count <= 1 << 20 else {
        throw SSHError(.agent, "ask the agent: its answer makes no sense", evidence: [path])
      }
      return try Self.receive(Int(count), descriptor, path)
    }
  }

  // MARK: The socket; all of these block

  private static func connect(to path: String) throws -> Int32 {
    var name = sockaddr_un()
    name.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    let isTooLong = withUnsafeMutableBytes(of: &name.sun_path) { space in
      if bytes.count >= space.count { return true }
      space.copyBytes(from: bytes)
      return false
    }
    guard !isTooLong else { throw failure("reach the agent", path, ENAMETOOLONG) }
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw failure("reach the agent", path, errno) }
    var limit = timeval(tv_sec: 60, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
    }
    let result = withUnsafePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    if result == 0 { return descriptor }
    let code = errno
    close(descriptor)
    throw failure("reach the agent", path, code)
  }

  private static func send(_ bytes: [UInt8], _ descriptor: Int32, _ path: String) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { throw failure("ask the agent", path, errno) }
      rest = rest.dropFirst(count)
    }
  }

  private static func receive(_ count: Int, _ descriptor: Int32, _ path: String) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let result = bytes.withUnsafeMutableBytes {
        recv(descriptor, $0.baseAddress.map { $0 + filled }, count - filled, 0)
      }
      guard result > 0 else { throw failure("read the agent's answer", path, result == 0 ? ECONNRESET : errno) }
      filled += result
    }
    return bytes
  }

  private static func failure(_ what: String, _ path: String, _ code: Int32) -> SSHError {
    SSHError(
      .agent, "\(what): \(SystemError.text(code))", evidence: [path],
      remedy: "is SSH_AUTH_SOCK the socket of a running ssh-agent?")
  }
}
