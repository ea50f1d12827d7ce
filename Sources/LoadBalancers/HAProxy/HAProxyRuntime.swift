import Upgrade

/// The runtime API of one HAProxy process.
struct HAProxyRuntime: Sendable {
  let endpoint: SocketEndpoint
  let exchange: any SocketExchange
  /// For one command and its answer.
  let timeout: Duration

  /// How the process and its servers stand now.
  func snapshot() async throws -> HAProxySnapshot {
    let text: String
    do {
      text = try await ask(HAProxySnapshot.commands)
    } catch let trouble as SocketTrouble {
      throw failure(trouble)
    }
    guard let snapshot = HAProxySnapshot(text) else {
      if Self.isRefusal(text) { throw refusal }
      let lines = text.split(separator: "\n").prefix(5).map(String.init)
      throw Failure(
        .balancer, "haproxy: \(endpoint) does not answer as HAProxy's runtime API does", evidence: lines,
        remedy: "see that a 'stats socket' of haproxy listens there")
    }
    return snapshot
  }

  /// Gives an order that must be obeyed.
  func order(_ command: String) async throws {
    if let refusal = try await refusal(of: command) { throw refusal }
  }

  /// Gives an order, and says why it was surely not obeyed; HAProxy says nothing when it has obeyed, and anything else in
  /// words only.
  ///
  /// - Throws: `Failure` when nobody knows whether it was obeyed.
  func refusal(of command: String) async throws -> Failure? {
    let text: String
    do {
      text = try await ask(command)
    } catch let trouble as SocketTrouble {
      let failure = failure(trouble)
      if [.unknown, .notAllowed, .refused].contains(trouble) { return failure }
      throw failure
    }
    let lines = text.split(whereSeparator: \.isNewline).map(String.init)
    guard let first = lines.first else { return nil }
    if Self.isRefusal(text) { return refusal }
    return Failure(.balancer, "haproxy: \(endpoint) answers '\(command)' with '\(first)'", evidence: lines)
  }

  private static func isRefusal(_ text: String) -> Bool { text.hasPrefix("Permission denied") }

  private var refusal: Failure {
    Failure(
      .balancer, "haproxy: \(endpoint) does not let us change servers: its level is not admin",
      remedy: "put 'level admin' on that 'stats socket' line of haproxy's configuration and reload it")
  }

  private func ask(_ command: String) async throws -> String {
    let bytes = try await exchange.exchange(
      Array("\(command)\n".utf8), with: endpoint, limit: 16 << 20, timeout: timeout)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func failure(_ trouble: SocketTrouble) -> Failure {
    let listens = "see that haproxy runs and that its configuration has this 'stats socket'"
    switch trouble {
    case .unknown:
      guard case .tcp(let host, _) = endpoint else {
        return Failure(.balancer, "haproxy: there is no socket \(endpoint)", remedy: listens)
      }
      return Failure(.balancer, "haproxy: the host name \(host) is not known")
    case .notAllowed:
      return Failure(
        .balancer, "haproxy: the socket \(endpoint) may not be used by this user",
        remedy: "give the socket a group that this user is in ('stats socket ... mode 660 group GROUP level admin')")
    case .refused:
      return Failure(.balancer, "haproxy: nobody listens at \(endpoint): haproxy is dead", remedy: listens)
    case .timedOut:
      return Failure(
        .balancer, "haproxy: no answer from \(endpoint) within \(timeout.inSeconds)", exitCode: 124, remedy: listens)
    case .tooLong: return Failure(.balancer, "haproxy: \(endpoint) answers without end")
    case .broken(let reason): return Failure(.balancer, "haproxy: \(endpoint) cannot be asked: \(reason)")
    }
  }
}
