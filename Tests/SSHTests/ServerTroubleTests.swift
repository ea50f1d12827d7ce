import Glibc
import Lab
import SSH
import Testing

@Suite("A server in trouble")
struct ServerTroubleTests {
  @Test(
    "that dies in mid-command: what it sent is there, then the connection is lost, and later commands say so at once")
  func diesInMidCommand() async throws {
    try await Host.withSession { session, host in
      let command = try await session.execute("echo begun; exec sleep 60")
      var output = command.standardOutput.makeAsyncIterator()
      #expect(try await output.next() == Array("begun\n".utf8))
      await host.server.dropSessions()
      await #expect { _ = try await output.next() } throws: { ($0 as? SSHError)?.kind == .disconnected }
      await #expect { _ = try await command.exit() } throws: { ($0 as? SSHError)?.kind == .disconnected }
      #expect(await !session.isUsable)
      await #expect { try await session.collect("true") } throws: {
        ($0 as? SSHError)?.kind == .disconnectedBeforeStart
      }
    }
  }

  @Test("that ends the connection while nothing runs is noticed without a command")
  func endsIdle() async throws {
    try await Host.withSession { session, host in
      await host.server.dropSessions()
      try await eventually { await !session.isUsable }
    }
  }

  @Test("that lets us in but is gone for its listener still runs commands")
  func listenerGone() async throws {
    try await Host.withSession { session, host in
      let listener = try #require(host.server.listener)
      kill(listener, SIGTERM)
      try await eventually { host.server.listener == nil }
      #expect(try await session.collect("echo here").text == "here\n")
    }
  }

  @Test("that accepts and says nothing: the login ends at its time-out")
  func silent() async throws {
    let server = try RawServer { _ in }
    defer { server.stop() }
    let start = ContinuousClock.now
    await #expect {
      _ = try await SSHSession.connect(to: server.target(loginTimeout: .milliseconds(300)))
    } throws: {
      ($0 as? SSHError)?.kind == .timeout
    }
    #expect(ContinuousClock.now - start < .seconds(10))
  }

  @Test(
    "that closes in mid-handshake, or is no SSH server at all",
    arguments: ["", "SSH-2.0-x\r\n", "HTTP/1.1 400\r\n\r\n"])
  func closesInHandshake(_ greeting: String) async throws {
    let server = try RawServer { descriptor in
      _ = Array(greeting.utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      shutdown(descriptor, Int32(SHUT_RDWR))
    }
    defer { server.stop() }
    await #expect { _ = try await SSHSession.connect(to: server.target()) } throws: {
      ($0 as? SSHError)?.kind == .handshake
    }
  }

  @Test("where nobody listens, the error has the address and the reason")
  func refused() async throws {
    let server = try RawServer { _ in }
    server.stop()
    await #expect { _ = try await SSHSession.connect(to: server.target()) } throws: { error in
      let error = error as? SSHError
      return error?.kind == .unreachable && error?.evidence == ["127.0.0.1: Connection refused"]
    }
  }

  @Test("whose name has no address")
  func noAddress() async throws {
    let target = SSHTarget(host: "no such host.invalid", user: "nobody", identityFile: nil, knownHostsFiles: [])
    await #expect { _ = try await SSHSession.connect(to: target) } throws: {
      ($0 as? SSHError)?.kind == .nameResolution
    }
  }

  @Test("a login that is cancelled ends at once")
  func cancelledLogin() async throws {
    let server = try RawServer { _ in }
    defer { server.stop() }
    let target = server.target()
    let task = Task { _ = try await SSHSession.connect(to: target) }
    try await eventually { server.connections > 0 }
    let start = ContinuousClock.now
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  @Test("that renews its keys every few hundred kilobytes disturbs nothing")
  func rekeying() async throws {
    try await Host.withSession(lines: ["RekeyLimit 300K 1s"]) { session, _ in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 1...4 {
          group.addTask {
            let input = [UInt8](repeating: UInt8(number), count: 2 << 20)
            let transcript = try await session.collect("cat; exit \(number)", standardInput: input)
            #expect(transcript.output == input)
            #expect(transcript.exit == .code(Int32(number)))
          }
        }
        try await group.waitForAll()
      }
    }
  }

  @Test("that asks whether we are alive gets its answer while a slow reader holds up the output")
  func aliveWhilePaused() async throws {
    try await Host.withSession(lines: ["ClientAliveInterval 1", "ClientAliveCountMax 1"]) { session, host in
      let command = try await session.execute("head -c 20000000 /dev/zero; echo end >&2")
      // Only time can show that it does not end the connection: three of its intervals.
      let end = ContinuousClock.now + .seconds(3)
      try await eventually { ContinuousClock.now > end }
      #expect(await session.isUsable)
      var count = 0
      for try await bytes in command.standardOutput { count += bytes.count }
      #expect(count == 20_000_000)
      #expect(try await command.exit() == .code(0))
    }
  }
}
