import FoundationEssentials
import Glibc
import Testing
import Upgrade

@testable import Lab

@Suite("NGINXServer")
struct NGINXServerTests {
  @Test("it listens when start returns, and nothing of it is left when stop returns")
  func startAndStop() async throws {
    try await withFolder { folder in
      let address = LoopbackPort.ownAddress()
      let endpoint = "\(address):\(try LoopbackPort.free(at: address))"
      let server = NGINXServer(
        directory: folder + "/a b'ü", http: "server { listen \(endpoint); return 200 here; }", workers: 2,
        listening: [endpoint])
      #expect(server.pid == nil)
      try await server.start()
      #expect(LoopbackPort.isListening(endpoint))
      let pid = try #require(server.pid)
      #expect(server.processes.contains(pid))
      #expect(server.processes.count == 3)
      try server.reload()
      #expect(server.pid == pid)
      await server.stop()
      #expect(server.pid == nil && server.processes.isEmpty)
      #expect(!LoopbackPort.isListening(endpoint))
      #expect(throws: Failure.self) { try server.reload() }
    }
  }

  @Test("nginx's own words are in the failure when it refuses its configuration")
  func badConfiguration() async throws {
    try await withFolder { folder in
      let server = NGINXServer(directory: folder + "/bad", http: "nonsense on;", listening: [])
      let failure = await #expect(throws: Failure.self) { try await server.start() }
      #expect(failure?.evidence.contains { $0.contains("unknown directive \"nonsense\"") } == true)
      #expect(server.processes.isEmpty)
    }
  }

  @Test("a server that does not listen where it was said to fails in time and is not left behind")
  func neverListens() async throws {
    try await withFolder { folder in
      let address = LoopbackPort.ownAddress()
      let endpoint = "\(address):\(try LoopbackPort.free(at: address))"
      let server = NGINXServer(directory: folder + "/idle", http: "", listening: [endpoint])
      let failure = await #expect(throws: Failure.self) { try await server.start(timeout: .milliseconds(300)) }
      #expect(failure?.kind == .timeout)
      #expect(server.processes.isEmpty)
    }
  }

  @Test("stop also ends the workers of a master that was killed")
  func orphans() async throws {
    try await withFolder { folder in
      let address = LoopbackPort.ownAddress()
      let endpoint = "\(address):\(try LoopbackPort.free(at: address))"
      let server = NGINXServer(
        directory: folder + "/orphans", http: "server { listen \(endpoint); return 200 here; }", workers: 2,
        listening: [endpoint])
      try await server.start()
      kill(try #require(server.pid), SIGKILL)
      await server.stop(grace: .milliseconds(100))
      #expect(server.processes.isEmpty)
      #expect(!LoopbackPort.isListening(endpoint))
    }
  }

  private func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = "/tmp/zdu-nginx-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder)
  }
}
