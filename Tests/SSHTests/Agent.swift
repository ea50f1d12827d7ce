import Glibc
import Lab
import Subprocess
import Testing

/// A real ssh-agent for one test.
enum Agent {
  /// Starts an agent that holds `keys` and ends it after `body`, also on failure.
  static func with<Result>(keys: [String], _ body: (String) async throws -> Result) async throws -> Result {
    // A socket's path may have 107 bytes only.
    let socket = "/tmp/zdu-agent-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    let begun = try await run(
      .path("/usr/bin/ssh-agent"), arguments: ["-s", "-a", socket], output: .string(limit: 4096))
    let pid = begun.standardOutput.split(whereSeparator: { "=;".contains($0) }).compactMap { Int32($0) }.first
    let agent = try #require(pid)
    return try await cleaningUp {
      let added = try await run(
        .path("/usr/bin/ssh-add"), arguments: Arguments(["-q"] + keys),
        environment: .inherit.updating(["SSH_AUTH_SOCK": socket]), output: .discarded, error: .string(limit: 4096))
      try #require(added.terminationStatus.isSuccess, "\(added.standardError)")
      return try await body(socket)
    } finally: {
      kill(agent, SIGTERM)
      unlink(socket)
    }
  }
}

extension SSHKey {
  /// Encrypts a key's file anew.
  static func reencrypt(_ key: SSHKey, cipher: String, passphrase: String) async throws {
    let done = try await run(
      .path("/usr/bin/ssh-keygen"),
      arguments: ["-q", "-p", "-Z", cipher, "-P", "", "-N", passphrase, "-f", key.path],
      output: .discarded, error: .string(limit: 4096))
    try #require(done.terminationStatus.isSuccess, "\(done.standardError)")
  }
}
