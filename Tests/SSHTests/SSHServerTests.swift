import FoundationEssentials
import Glibc
import Lab
import Subprocess
import Testing

@Suite("The lab's SSH server")
struct SSHServerTests {
  @Test("answers a real ssh client, whatever its folder and variables are called, and ends with its sessions")
  func answersAndEnds() async throws {
    try await withScratchFolder(named: "a b ünï'\"x%h$(touch y)\\#") { folder in
      let key = try await SSHKey.generate(.rsa, at: folder + "/user")
      let server = try await SSHServer.start(
        .init(
          folder: folder + "/server", hostKeys: [.ed25519, .ecdsa256], authorizedKeys: [key.publicKey],
          environment: ["ZDULAB_DIR": folder, "SHLVL": "2"]))
      try await cleaningUp {
        try server.knownHostsLines.joined(separator: "\n").write(
          toFile: folder + "/known_hosts", atomically: false, encoding: .utf8)
        let options = [
          "StrictHostKeyChecking=yes", "UserKnownHostsFile=\"\(escaped(folder))/known_hosts\"",
          "IdentityFile=\"\(escaped(key.path))\"",
        ]
        let arguments =
          ["-F", "none", "-p", String(server.port)]
          + options.flatMap { ["-o", $0] } + [
            "\(server.user)@\(server.address)", "printf %s \"$ZDULAB_DIR\"; exec sleep 60",
          ]
        let done = try await run(
          .path("/usr/bin/ssh"), arguments: Arguments(arguments), input: .none, output: .sequence,
          error: .string(limit: 9999)
        ) { execution in
          var seen = ""
          for try await buffer in execution.standardOutput {
            seen += buffer.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
            if seen.utf8.count >= folder.utf8.count { break }
          }
          #expect(SSHServer.processes(in: folder + "/server").count > 1)
          #expect(server.listener != nil)
          await server.stop()
          return seen
        }
        #expect(done.closureResult == folder, "\(done.standardError)")
        #expect(done.terminationStatus == .exited(255))
        #expect(SSHServer.processes(in: folder + "/server").isEmpty)
      } finally: {
        await server.stop()
      }
    }
  }

  @Test("started again in its folder, it has the same host keys")
  func keepsHostKeys() async throws {
    try await withScratchFolder { folder in
      let first = try await SSHServer.start(.init(folder: folder))
      await first.stop()
      let second = try await SSHServer.start(.init(folder: folder, port: first.port))
      await second.stop()
      #expect(first.knownHostsLines == second.knownHostsLines)
    }
  }

  @Test("says what is wrong when it cannot start, and leaves nothing running")
  func saysWhatIsWrong() async throws {
    try await withScratchFolder { folder in
      await #expect(throws: (any Error).self) {
        try await SSHServer.start(.init(folder: folder, lines: ["NoSuchOption yes"]))
      }
      await #expect(throws: (any Error).self) {
        try await SSHServer.start(.init(folder: folder, address: "203.0.113.1"))
      }
      #expect(SSHServer.processes(in: folder).isEmpty)
    }
  }

  private func escaped(_ path: String) -> String {
    path.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("%", with: "%%")
  }
}
