import Glibc
import Lab
import SSH
import Testing

@Suite("Going through jump hosts")
struct JumpTests {
  /// A host that is gone through, and one behind it that lets nobody through.
  private static func withBoth(
    _ body: (_ jump: Host, _ behind: Host, SSHJumpHosts) async throws -> Void
  ) async throws {
    try await Host.with { jump in
      try await Host.with(lines: ["AllowTcpForwarding no"]) { behind in
        let jumps = SSHJumpHosts()
        try await cleaningUp {
          try await body(jump, behind, jumps)
        } finally: {
          await jumps.disconnect()
        }
      }
    }
  }

  @Test("commands, their output and their end come through, also much of both, and all sessions share one login")
  func commands() async throws {
    try await Self.withBoth { jump, behind, jumps in
      var target = behind.target
      target.jumps = [jump.target]
      let session = try await jumps.connect(to: target)
      let echo = try await session.collect("cat; echo done >&2; exit 7", standardInput: Array("ü\n".utf8))
      #expect(echo.text == "ü\n" && echo.errorText == "done\n" && echo.exit == .code(7))
      let bulk = try await session.collect("head -c 20000000 /dev/zero")
      #expect(bulk.output.count == 20_000_000)
      let input = [UInt8](repeating: 7, count: 3_000_000)
      let count = try await session.collect("wc -c", standardInput: input)
      #expect(count.text.split(whereSeparator: \.isWhitespace) == ["3000000"])
      var others: [SSHSession] = []
      for _ in 1...5 { others.append(try await jumps.connect(to: target)) }
      let texts = try await withThrowingTaskGroup(of: String.self) { group in
        for (number, session) in others.enumerated() {
          group.addTask { try await session.collect("head -c 1000000 /dev/zero | wc -c; echo \(number)").text }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(texts.allSatisfy { $0.hasPrefix("1000000\n") } && Set(texts).count == 5)
      let logins = try jump.acceptedLogins()
      #expect(logins == 1, "one login on the jump host for all")
      for session in others + [session] { await session.disconnect() }
    }
  }

  @Test("two hops, the second one behind the first; one that lets nobody through says so")
  func twoHops() async throws {
    try await Self.withBoth { first, second, jumps in
      var target = first.target
      target.jumps = [first.target, second.target]
      await #expect {
        _ = try await jumps.connect(to: target)
      } throws: {
        ($0 as? SSHError)?.kind == .unreachable && "\($0)".contains("AllowTcpForwarding")
      }
      target = second.target
      target.jumps = [first.target, first.target]
      let session = try await jumps.connect(to: target)
      let result = try await session.collect("exit 4")
      #expect(result.exit == .code(4))
      await session.disconnect()
      let logins = try first.acceptedLogins()
      #expect(logins == 2, "one for each hop, also of those that were there before")
    }
  }

  @Test("what is wrong is told as what it is: behind the jump host, at it, or with the key of the host behind")
  func trouble() async throws {
    try await Self.withBoth { jump, behind, jumps in
      func failure(_ jumps: SSHJumpHosts, _ change: (inout SSHTarget) -> Void) async -> SSHError? {
        var target = behind.target
        target.jumps = [jump.target]
        change(&target)
        do {
          _ = try await jumps.connect(to: target)
          return nil
        } catch { return error as? SSHError }
      }
      let closed = try LoopbackPort.free(at: "127.0.0.1")
      let unreachable = await failure(jumps) { $0.port = closed }
      #expect(unreachable?.kind == .unreachable)
      #expect(unreachable?.message.contains("port \(closed) from the jump host") == true)
      let stranger = await failure(jumps) { $0.knownHostsFiles = ["\(jump.folder)/none"] }
      #expect(stranger?.kind == .hostKeyUnknown && stranger?.message.contains("jump host") == false)
      let strangeJump = await failure(SSHJumpHosts()) { $0.jumps[0].knownHostsFiles = ["\(jump.folder)/none"] }
      #expect(strangeJump?.kind == .hostKeyUnknown && strangeJump?.message.hasPrefix("jump host 127.0.0.1: ") == true)
    }
  }

  @Test("when the jump host is lost the session is too, and the next one goes through it anew")
  func loss() async throws {
    try await Self.withBoth { jump, behind, jumps in
      var target = behind.target
      target.jumps = [jump.target]
      let begun = behind.folder + "/begun"
      let session = try await jumps.connect(to: target)
      let running = Task { try await session.collect("touch '\(begun)'; sleep 60") }
      try await eventually { access(begun, F_OK) == 0 }
      await jump.server.dropSessions()
      await #expect { _ = try await running.value } throws: { ($0 as? SSHError)?.kind == .disconnected }
      let again = try await jumps.connect(to: target)
      let result = try await again.collect("exit 3")
      #expect(result.exit == .code(3))
      await again.disconnect()
    }
  }
}
