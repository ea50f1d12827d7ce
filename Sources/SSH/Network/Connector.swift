import Glibc

/// Opens a TCP connection without blocking the loop.
enum Connector {
  /// How long one address has before the next is tried beside it (RFC 8305, section 5).
  private static let headStart = Duration.milliseconds(250)

  /// Connects to the first of `addresses` that accepts, the first ones first; each has `timeout` to do so.
  ///
  /// - Returns: a non-blocking socket, to be closed by the caller, and the address it is connected to.
  /// - Throws: `SSHError` of kind `.unreachable` or `.timeout`, with what each address said; `CancellationError`.
  nonisolated(nonsending) static func connect(
    to addresses: [SocketAddress], timeout: Duration, name: String, on loop: EventLoop
  ) async throws -> (descriptor: Int32, address: SocketAddress) {
    let readiness = Readiness(on: loop)
    var waiting = alternating(addresses)[...]
    var attempts: [ConnectAttempt] = []
    var failures: [ConnectAttempt] = []
    defer { for attempt in attempts { attempt.end() } }
    var nextStart = ContinuousClock.now
    while !waiting.isEmpty || !attempts.isEmpty {
      if attempts.isEmpty || .now >= nextStart, let address = waiting.popFirst() {
        attempts.append(ConnectAttempt(address, timeout: timeout, on: loop) { readiness.signal() })
        nextStart = .now + headStart
      }
      for attempt in attempts {
        attempt.look()
        if let descriptor = attempt.takeConnected() { return (descriptor, attempt.address) }
      }
      let ended = attempts.filter { $0.failure != nil }
      failures += ended
      attempts.removeAll { $0.failure != nil }
      guard ended.isEmpty, let deadline = attempts.map(\.deadline).min() else { continue }
      _ = try await readiness.wait(until: waiting.isEmpty ? deadline : min(deadline, nextStart))
    }
    throw error(failures, name)
  }

  private static func error(_ failures: [ConnectAttempt], _ name: String) -> SSHError {
    let isSilence = failures.allSatisfy { $0.failure == .timedOut }
    return SSHError(
      isSilence ? .timeout : .unreachable, "connect to \(name): \(isSilence ? "no answer" : "not reachable")",
      evidence: failures.map(\.evidence),
      remedy: "check that the host is up, its address and port, and that no firewall is between")
  }

  /// The families in turn, the system's favourite first, so that a family that leads nowhere costs little.
  private static func alternating(_ addresses: [SocketAddress]) -> [SocketAddress] {
    guard let favourite = addresses.first?.family else { return [] }
    var ones = addresses.filter { $0.family == favourite }[...]
    var others = addresses.filter { $0.family != favourite }[...]
    var result: [SocketAddress] = []
    while !ones.isEmpty || !others.isEmpty {
      if let one = ones.popFirst() { result.append(one) }
      if let other = others.popFirst() { result.append(other) }
    }
    return result
  }
}
