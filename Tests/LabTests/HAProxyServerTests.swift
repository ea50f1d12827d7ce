import Glibc
import Testing
import Upgrade

@testable import Lab

@Suite("HAProxyServer")
struct HAProxyServerTests {
  private let listener: String
  private let runtime: String

  init() throws {
    let address = LoopbackPort.ownAddress()
    listener = "\(address):\(try LoopbackPort.free(at: address))"
    runtime = "127.\(address.split(separator: ".")[1]).255.1:\(try LoopbackPort.free(at: address))"
  }

  private func answering(_ text: String) -> String {
    "frontend f\n  bind \(listener)\n  http-request return status 200 content-type text/plain string \(text)\n"
  }

  @Test("it listens and its runtime API answers when start returns, and nothing of it is left when stop returns")
  func startAndStop() async throws {
    try await withFolderOfItsOwn { folder in
      let server = HAProxyServer(
        directory: folder + "/a b'ü\" $(x)", proxies: answering("here"), listening: [listener], runtimeEndpoint: runtime
      )
      #expect(server.pid == nil)
      try await server.start()
      #expect(LoopbackPort.isListening(listener) && LoopbackPort.isListening(runtime))
      let master = try #require(server.pid)
      #expect(server.processes.count == 2 && server.workers.count == 1)
      #expect(try await server.runtime("show info").contains("\nVersion: "))
      #expect(try await server.runtime("disable nonsense").contains("Unknown command"))
      await server.stop()
      #expect(server.pid == nil && server.processes.isEmpty && ProcessFacts(master)?.isRunning != true)
      #expect(!LoopbackPort.isListening(listener))
      #expect(throws: Failure.self) { try server.reload() }
      await #expect(throws: Failure.self) { try await server.runtime("show info") }
    }
  }

  @Test("a reload takes a new worker with the new configuration, and the master stays; a bad one changes nothing")
  func reload() async throws {
    try await withFolderOfItsOwn { folder in
      let server = HAProxyServer(directory: folder, proxies: answering("here"), listening: [listener])
      try await server.start()
      let (master, worker) = (server.pid, server.workers)
      try server.write(proxies: answering("here") + "backend extra\n  server one 127.0.0.1:1\n")
      try await server.check()
      #expect(
        try await reload(server) { ((try? await server.runtime("show servers state extra")) ?? "").contains(" one ") })
      #expect(await eventually { server.workers.count == 1 })
      #expect(server.pid == master && server.workers != worker)
      let second = server.workers
      try server.write(proxies: "nonsense on\n")
      let failure = await #expect(throws: Failure.self) { try await server.check() }
      #expect(failure?.evidence.contains { $0.contains("unknown keyword 'nonsense'") } == true)
      let facts = try #require(master.flatMap { ProcessFacts($0) })
      #expect(
        try await reload(server) {
          facts.variable("HAPROXY_PROCESSES")?.contains(/failedreloads=[1-9]/) == true
        })
      #expect(server.pid == master && server.workers == second)
      #expect(LoopbackPort.isListening(listener))
      await server.stop()
      #expect(server.processes.isEmpty)
    }
  }

  /// Reloads `server`, and again as long as `isSeen` does not come true: behind a start or a reload the master may not hear
  /// it yet.
  private func reload(_ server: HAProxyServer, until isSeen: () async -> Bool) async throws -> Bool {
    for _ in 0..<10 {
      try server.reload()
      if await eventually(within: .seconds(2), isSeen) { return true }
    }
    return false
  }

  @Test("haproxy's own words are in the failure when it refuses its configuration")
  func badConfiguration() async throws {
    try await withFolderOfItsOwn { folder in
      let server = HAProxyServer(directory: folder, proxies: "nonsense on\n", listening: [])
      let failure = await #expect(throws: Failure.self) { try await server.start() }
      #expect(failure?.evidence.contains { $0.contains("unknown keyword 'nonsense'") } == true)
      #expect(server.processes.isEmpty)
    }
  }

  @Test("a server that does not listen where it was said to fails in time and is not left behind")
  func neverListens() async throws {
    try await withFolderOfItsOwn { folder in
      let server = HAProxyServer(
        directory: folder, proxies: "frontend f\n  bind \(runtime)\n", listening: [listener])
      let failure = await #expect(throws: Failure.self) { try await server.start(timeout: .milliseconds(300)) }
      #expect(failure?.kind == .timeout && failure?.message.contains(listener) == true)
      #expect(server.processes.isEmpty)
    }
  }

  @Test("a folder whose socket nobody could reach is refused before anything is started")
  func longFolder() async throws {
    try await withFolderOfItsOwn { folder in
      let long = folder + "/" + String(repeating: "ü", count: 50)
      let server = HAProxyServer(directory: long, proxies: answering("here"), listening: [listener])
      let failure = await #expect(throws: Failure.self) { try await server.start() }
      #expect(failure?.kind == .refused && failure?.message.contains("too long for a Unix socket") == true)
      #expect(!TextFile.exists(long) && server.processes.isEmpty)
    }
  }

  @Test("stop also ends the worker of a master that was killed")
  func orphans() async throws {
    try await withFolderOfItsOwn { folder in
      let server = HAProxyServer(directory: folder, proxies: answering("here"), listening: [listener])
      try await server.start()
      kill(try #require(server.pid), SIGKILL)
      await server.stop()
      #expect(server.processes.isEmpty)
      #expect(!LoopbackPort.isListening(listener))
    }
  }
}
