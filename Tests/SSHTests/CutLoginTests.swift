import CommandHandlers
import Glibc
import Lab
import SSH
import Synchronization
import Testing
import Upgrade

@Suite("A login whose connection is cut")
struct CutLoginTests {
  /// How a connection is cut.
  enum Cut: CaseIterable, Sendable {
    case closed
    case reset
  }

  @Test("at any byte of it is a lost connection, never a refused login", arguments: Cut.allCases)
  func everyByte(_ cut: Cut) async throws {
    try await Host.with { host in
      let whole = try await length(ofLoginTo: host)
      #expect(whole > 1000)
      var kinds: [SSHError.Kind] = []
      // Reset before any byte, it may not even count as connected.
      for limit in Array(stride(from: 60, to: whole, by: 60)) + [whole - 1] {
        let relay = try CutRelay(to: host.server.port, after: limit, cut)
        defer { relay.stop() }
        let target = try relay.target(host)
        let error = await #expect(throws: SSHError.self, "cut behind byte \(limit)") {
          await (try SSHSession.connect(to: target)).disconnect()
        }
        if let error { kinds.append(error.kind) }
      }
      #expect(Set(kinds) == [.handshake, .disconnected])
      // First the handshake is cut, behind it the login; nothing goes back to an earlier stage.
      #expect(kinds.firstIndex(of: .disconnected).map { !kinds[$0...].contains(.handshake) } == true)
    }
  }

  @Test("makes the node unreachable for a command, and a runner of detached jobs logs in again")
  func unreachable() async throws {
    try await Host.with { host in
      let whole = try await length(ofLoginTo: host)
      let relay = try CutRelay(to: host.server.port, after: whole - 1, .reset, times: 2)
      defer { relay.stop() }
      let handler = SSHCommandHandler(targets: ["Node-A": try relay.target(host)])
      try await cleaningUp {
        let failure = await #expect(throws: Failure.self) { try await handler.connect(to: "Node-A") }
        #expect(failure?.kind == .unreachable)
        let job = try DetachedJob(run: "run", step: "step", root: host.folder + "/root")
        let exit = try await DetachedRunner(handler: handler).run(
          ShellCommand("exit 3"), as: job, on: "Node-A", timeout: .seconds(30)
        ) { _ in }
        #expect(exit == .code(3))
      } finally: {
        await handler.disconnect()
      }
    }
  }

  @Test("by the server after too many wrong keys stays a refused login, as does one without a right key")
  func refused() async throws {
    try await Host.with(lines: ["MaxAuthTries 1"]) { host in
      let stranger = try await SSHKey.generate(.ed25519, at: host.folder + "/stranger")
      var target = host.target
      target.identityFile = stranger.path
      await #expect { _ = try await SSHSession.connect(to: target) } throws: {
        ($0 as? SSHError)?.kind == .authentication
      }
      let others = try await (1...3).asyncMap { try await SSHKey.generate(.ed25519, at: host.folder + "/other \($0)") }
      target.identityFile = nil
      target.defaultIdentityFiles = others.map(\.path)
      await #expect { _ = try await SSHSession.connect(to: target) } throws: {
        ($0 as? SSHError)?.kind == .authentication
      }
    }
  }

  /// How many bytes the server sends until a login is complete: the fewest, since it may have sent more before we look.
  private func length(ofLoginTo host: Host) async throws -> Int {
    var counts: [Int] = []
    for _ in 1...8 {
      let relay = try CutRelay(to: host.server.port, after: .max, .closed)
      defer { relay.stop() }
      let session = try await SSHSession.connect(to: relay.target(host))
      counts.append(relay.forwarded)
      await session.disconnect()
    }
    return try #require(counts.min())
  }
}

extension Sequence {
  fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
    var results: [Result] = []
    for element in self { results.append(try await transform(element)) }
    return results
  }
}
