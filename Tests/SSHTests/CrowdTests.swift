import CommandHandlers
import Glibc
import Lab
import Synchronization
import Testing
import Upgrade

@testable import SSH

@Suite("Servers that let in few, and addresses that lead nowhere")
struct CrowdTests {
  @Test("a server with MaxSessions 1 runs what is wanted at the same time over further connections")
  func oneSession() async throws {
    try await Host.with(lines: ["MaxSessions 1"]) { host in
      let handler = SSHCommandHandler(targets: ["A": host.target])
      try await cleaningUp {
        let results = await Array(1...5).concurrentMap { number in
          let text = Mutex("")
          let exit = try? await handler.run(
            ShellCommand("sleep 0.5; echo \(number); exit \(number)"), on: "A", timeout: .seconds(30)
          ) { piece in
            text.withLock { $0 += String(decoding: piece.bytes, as: UTF8.self) }
          }
          return "\(exit.map(String.init(describing:)) ?? "failed") \(text.withLock { $0 })"
        }
        #expect(results == (1...5).map { "\(CommandExit.code(Int32($0))) \($0)\n" })
      } finally: {
        await handler.disconnect()
      }
    }
  }

  @Test("commands that run over further connections end with the others when all are ended")
  func endedTogether() async throws {
    try await Host.with(lines: ["MaxSessions 1"]) { host in
      let handler = SSHCommandHandler(targets: ["A": host.target])
      async let results = Array(1...2).concurrentMap { number in
        let command = ShellCommand(": >'\(host.folder)/\(number)'; sleep 8")
        do {
          return "\(try await handler.run(command, on: "A", timeout: .seconds(60)) { _ in })"
        } catch {
          return Failure.from(error, as: .refused).kind == .unreachable ? "cut off" : "\(error)"
        }
      }
      try await eventually { access("\(host.folder)/1", F_OK) == 0 && access("\(host.folder)/2", F_OK) == 0 }
      await handler.disconnect()
      #expect(await results == ["cut off", "cut off"])
    }
  }

  @Test("a server with MaxSessions 1 runs one command right behind another")
  func oneAfterAnother() async throws {
    try await Host.withSession(lines: ["MaxSessions 1"]) { session, _ in
      for number in 0...19 {
        let transcript = try await session.collect("echo \(number); exit \(number)")
        #expect(transcript.text == "\(number)\n" && transcript.exit == .code(Int32(number)))
      }
    }
  }

  @Test("a server that refuses some of many who come at once (MaxStartups 2:50:4) lets all in in the end")
  func maxStartups() async throws {
    try await Host.with(lines: ["MaxStartups 2:50:4"]) { host in
      let sessions = try await withThrowingTaskGroup(of: SSHSession.self) { group in
        for _ in 1...12 { group.addTask { try await SSHSession.connect(to: host.target) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(sessions.count == 12)
      for session in sessions { await session.disconnect() }
    }
  }

  @Test("a name with several addresses: one that says nothing costs a moment, one that refuses nothing")
  func severalAddresses() async throws {
    try await Host.with { host in
      let silent = try SilentListener()
      defer { silent.stop() }
      let dead = try LoopbackPort.free(at: "127.0.0.1")
      var addresses: [SocketAddress] = []
      for port in [silent.port, dead, host.server.port] {
        addresses += try await SocketAddress.resolve("127.0.0.1", port: port)
      }
      let begin = ContinuousClock.now
      let found = try await Dial.connect(to: addresses, timeout: .seconds(20))
      #expect(found == addresses[2].bytes)
      #expect(ContinuousClock.now - begin < .seconds(10), "the silent one was not waited for")
      let error = await failure {
        _ = try await Dial.connect(to: Array(addresses.prefix(2)), timeout: .milliseconds(600))
      }
      #expect(error?.kind == .unreachable && error?.evidence.count == 2, "\(String(describing: error))")
      let silence = await failure {
        _ = try await Dial.connect(to: Array(addresses.prefix(1)), timeout: .milliseconds(300))
      }
      #expect(silence?.kind == .timeout)
    }
  }

  @Test("localhost is found at whichever of its addresses the server is", arguments: ["127.0.0.1", "::1"])
  func localhost(_ address: String) async throws {
    let isThere = try await SocketAddress.resolve("localhost", port: 1).contains { $0.text == address }
    guard isThere else { return print("localhost is not \(address) here, so it is not tested") }
    try await Host.with(at: address) { host in
      var target = host.target
      target.host = "localhost"
      target.hostKeyPolicy = .acceptNew
      let session = try await SSHSession.connect(to: target)
      try await expectUsable(session)
      await session.disconnect()
    }
  }

  @Test("behind a jump host a server that stands still is noticed, though its network does not")
  func stoppedBehindJump() async throws {
    try await Host.with { jump in
      try await Host.with { behind in
        let jumps = SSHJumpHosts()
        var target = behind.target
        target.jumps = [jump.target]
        target.keepAliveInterval = .seconds(2)
        let session = try await jumps.connect(to: target)
        let begun = behind.folder + "/begun"
        let running = Task { try await session.collect("touch '\(begun)'; sleep 60", timeout: .seconds(60)) }
        try await eventually { access(begun, F_OK) == 0 }
        let servers = SSHServer.processes(in: behind.server.folder)
        for server in servers { kill(server, SIGSTOP) }
        let error = await failure { _ = try await running.value }
        for server in servers { kill(server, SIGCONT) }
        #expect(error?.kind == .disconnected, "\(String(describing: error))")
        await jumps.disconnect()
      }
    }
  }

  @Test(
    "a connection of which the other half is gone is noticed",
    .enabled(if: PacketFilter.isPossible, "needs root and iptables"))
  func halfOpen() async throws {
    try await Host.with { host in
      var target = host.target
      target.keepAliveInterval = .seconds(2)
      let session = try await SSHSession.connect(to: target)
      let begun = host.folder + "/begun"
      let running = Task { try await session.collect("touch '\(begun)'; sleep 60", timeout: .seconds(60)) }
      try await eventually { access(begun, F_OK) == 0 }
      PacketFilter.drop(port: host.server.port)
      defer { PacketFilter.pass(port: host.server.port) }
      let error = await failure { _ = try await running.value }
      #expect(error?.kind == .disconnected, "\(String(describing: error))")
    }
  }
}

/// Connects as a session does, on a loop.
private actor Dial {
  nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
  private nonisolated let loop = EventLoop.next()

  /// Gives the address that was connected to.
  static func connect(to addresses: [SocketAddress], timeout: Duration) async throws -> [UInt8] {
    try await Dial().connect(addresses, timeout)
  }

  private func connect(_ addresses: [SocketAddress], _ timeout: Duration) async throws -> [UInt8] {
    let found = try await Connector.connect(to: addresses, timeout: timeout, name: "test", on: loop)
    close(found.descriptor)
    return found.address.bytes
  }
}

/// A port whose connections are never completed: as many as it keeps waiting are there already.
private final class SilentListener {
  let port: Int
  private var descriptors: [Int32] = []

  init() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var name = sockaddr_in()
    name.sin_family = sa_family_t(AF_INET)
    name.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(listener, $0, length) == 0 && listen(listener, 0) == 0 && getsockname(listener, $0, &length) == 0
      }
    }
    port = Int(UInt16(bigEndian: name.sin_port))
    descriptors = [listener]
    for _ in 1...4 {
      let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
      withUnsafePointer(to: &name) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = Glibc.connect(client, $0, length) }
      }
      descriptors.append(client)
    }
  }

  func stop() { for descriptor in descriptors { close(descriptor) } }
}

/// Drops the packets of a port on the loopback network.
private enum PacketFilter {
  static let isPossible = geteuid() == 0 && system("/usr/sbin/iptables -w -S INPUT >/dev/null 2>&1") == 0

  static func drop(port: Int) { rules("-A", port) }
  static func pass(port: Int) { rules("-D", port) }

  private static func rules(_ act: String, _ port: Int) {
    for side in ["--dport", "--sport"] {
      system("/usr/sbin/iptables -w \(act) INPUT -i lo -p tcp \(side) \(port) -j DROP")
    }
  }
}
