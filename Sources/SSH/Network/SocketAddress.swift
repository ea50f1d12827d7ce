import Glibc

/// An address and port to connect to, as the system has it.
struct SocketAddress: Sendable {
  /// `AF_INET` or `AF_INET6`.
  let family: Int32
  /// The `sockaddr`.
  let bytes: [UInt8]

  /// The address in figures, for messages and for `known_hosts`.
  var text: String {
    var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let result = bytes.withUnsafeBytes { raw in
      getnameinfo(
        raw.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(raw.count), &name, socklen_t(name.count),
        nil,
        0, NI_NUMERICHOST)
    }
    guard result == 0 else { return "?" }
    return name.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "?" }
  }

  /// The addresses of `host`, in the system's order. Asks the network's name servers where `host` is a name.
  ///
  /// - Throws: `SSHError` of kind `.nameResolution`.
  static func resolve(_ host: String, port: Int) async throws -> [SocketAddress] {
    guard !host.isEmpty, !host.utf8.contains(0) else {
      throw SSHError(.nameResolution, "find the address of \"\(host)\": not a host name")
    }
    if let addresses = try? lookUp(host, port: port, flags: AI_NUMERICHOST) { return addresses }
    return try await Blocking.run { try lookUp(host, port: port, flags: 0) }
  }

  private static func lookUp(_ host: String, port: Int, flags: Int32) throws -> [SocketAddress] {
    var hints = addrinfo()
    hints.ai_flags = flags | AI_NUMERICSERV
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let result = getaddrinfo(host, String(port), &hints, &list)
    guard result == 0 else {
      throw SSHError(
        .nameResolution, "find the address of \(host): \(String(cString: gai_strerror(result)))",
        remedy: "check the name, or give the node's address in the topology")
    }
    defer { freeaddrinfo(list) }
    return sequence(first: list, next: { $0?.pointee.ai_next }).prefix { $0 != nil }.compactMap { entry in
      guard let info = entry?.pointee, let address = info.ai_addr else { return nil }
      let bytes = UnsafeRawBufferPointer(start: address, count: Int(info.ai_addrlen))
      return SocketAddress(family: info.ai_family, bytes: Array(bytes))
    }
  }
}
