import FoundationEssentials
import Glibc
import Lab
import SSH
import Subprocess
import Testing

@Suite("The host's key")
struct HostKeyTests {
  @Test(
    "is found among several types, hashed or not, and asked for in the type that is known",
    arguments: [
      SSHKey.Kind.ed25519, .ecdsa256, .ecdsa521,
    ])
  func severalTypes(_ kind: SSHKey.Kind) async throws {
    try await Host.with(hostKeys: [.ed25519, .ecdsa256, .ecdsa521]) { host in
      let line = try #require(host.server.knownHostsLines.first { $0.contains(publicKey(host, kind)) })
      try host.write("# a comment\r\n\r\nnonsense\r\n" + line + " comment\r\n", to: "known_hosts")
      try await login(host)
      try host.write(line + "\n", to: "known_hosts")
      let done = try await run(
        .path("/usr/bin/ssh-keygen"), arguments: ["-q", "-H", "-f", host.folder + "/known_hosts"], output: .discarded)
      #expect(done.terminationStatus.isSuccess)
      let hashed = try String(contentsOfFile: host.folder + "/known_hosts", encoding: .utf8)
      #expect(hashed.contains("|1|") && !hashed.contains("127.0.0.1"))
      try await login(host)
    }
  }

  @Test("that is unknown is refused by default; the error has the fingerprint and what to run")
  func unknown() async throws {
    try await Host.with { host in
      try host.write("", to: "known_hosts")
      let error = try await #require(failure { try await login(host) })
      #expect(error.kind == .hostKeyUnknown)
      #expect(error.message == "trust 127.0.0.1: its host key is not in \(host.folder)/known_hosts")
      #expect(error.evidence == ["it shows ED25519 \(try await fingerprint(host.server.hostKeys[0]))"])
      let command = "ssh-keyscan -p \(host.server.port) -t ed25519 127.0.0.1 >> '\(host.folder)/known_hosts'"
      #expect(error.remedy?.hasSuffix("then run: " + command) == true)
      // What it says to run does help.
      _ = try await run(.path("/bin/sh"), arguments: ["-c", command], output: .discarded, error: .discarded)
      try await login(host)
    }
  }

  @Test("that is unknown is kept with accept-new, once, by logins in parallel too, in a new file of mode 0600")
  func acceptNew() async throws {
    try await Host.with { host in
      var target = host.target
      target.knownHostsFiles = [host.folder + "/new/known_hosts", host.folder + "/other"]
      target.hostKeyPolicy = .acceptNew
      try await withThrowingTaskGroup(of: Void.self) { [target] group in
        for _ in 1...8 { group.addTask { await (try SSHSession.connect(to: target)).disconnect() } }
        try await group.waitForAll()
      }
      let text = try String(contentsOfFile: target.knownHostsFiles[0], encoding: .utf8)
      #expect(text == host.server.knownHostsLines[0] + "\n")
      var status = stat()
      #expect(stat(target.knownHostsFiles[0], &status) == 0)
      #expect(status.st_mode & 0o777 == 0o600)
      target.hostKeyPolicy = .strict
      await (try SSHSession.connect(to: target)).disconnect()
    }
  }

  @Test(
    "that has changed is refused with both policies; the error has both fingerprints and the line",
    arguments: [
      HostKeyPolicy.strict, .acceptNew,
    ])
  func changed(_ policy: HostKeyPolicy) async throws {
    try await Host.with { host in
      let name = host.server.knownHostsName
      try host.write("# first\n\(name) \(host.key.publicKey)\n", to: "known_hosts")
      let error = try await #require(failure { try await login(host, policy) })
      #expect(error.kind == .hostKeyMismatch)
      let (shown, known) = (try await fingerprint(host.server.hostKeys[0]), try await fingerprint(host.key))
      #expect(error.evidence == ["it shows ED25519 \(shown)", "\(host.folder)/known_hosts:2 has ED25519 \(known)"])
      let text = try String(contentsOfFile: host.folder + "/known_hosts", encoding: .utf8)
      #expect(text == "# first\n\(name) \(host.key.publicKey)\n")
    }
  }

  @Test("that is revoked is refused with both policies", arguments: [HostKeyPolicy.strict, .acceptNew])
  func revoked(_ policy: HostKeyPolicy) async throws {
    try await Host.with { host in
      let line = host.server.knownHostsLines[0]
      try host.write("\(line)\n@revoked * \(host.server.hostKeys[0].publicKey)\n", to: "known_hosts")
      let error = try await #require(failure { try await login(host, policy) })
      #expect(error.kind == .hostKeyRevoked)
      #expect(error.evidence.last == "\(host.folder)/known_hosts:2")
    }
  }

  @Test(
    "known only in a type that cannot be checked is refused with both policies, and what to run is said",
    arguments: [
      HostKeyPolicy.strict, .acceptNew,
    ])
  func onlyRSAKnown(_ policy: HostKeyPolicy) async throws {
    try await Host.with(hostKeys: [.rsa, .ed25519]) { host in
      let line = try #require(host.server.knownHostsLines.first { $0.contains("ssh-rsa") })
      try host.write(line + "\n", to: "known_hosts")
      let error = try await #require(failure { try await login(host, policy) })
      #expect(error.kind == .hostKeyUnknown)
      #expect(error.message.hasSuffix("it shows a key of type ED25519, and \(host.folder)/known_hosts has only RSA"))
      #expect(error.remedy?.contains("ssh-keyscan -p \(host.server.port) -t ed25519 127.0.0.1 >>") == true)
    }
  }

  @Test("of a server that has only an RSA key cannot be checked by libssh2 1.10, and the error says so")
  func onlyRSAOffered() async throws {
    try await Host.with(hostKeys: [.rsa]) { host in
      let error = try await #require(failure { try await login(host) })
      #expect(error.kind == .handshake)
      #expect(error.remedy?.contains("it needs an ed25519 or ecdsa host key") == true)
    }
  }

  @Test("in a file that cannot be read is an error, not an unknown host")
  func unreadable() async throws {
    try await Host.with { host in
      var target = host.target
      target.knownHostsFiles.append(host.folder)
      let error = try await #require(failure { _ = try await SSHSession.connect(to: target) })
      #expect(error.kind == .knownHosts)
    }
  }

  private func login(_ host: Host, _ policy: HostKeyPolicy = .strict) async throws {
    var target = host.target
    target.hostKeyPolicy = policy
    await (try SSHSession.connect(to: target)).disconnect()
  }

  private func publicKey(_ host: Host, _ kind: SSHKey.Kind) -> String {
    host.server.hostKeys.first { $0.path.hasSuffix(kind.rawValue) }?.publicKey ?? ""
  }

  /// The fingerprint as OpenSSH computes it.
  private func fingerprint(_ key: SSHKey) async throws -> String {
    let done = try await run(
      .path("/usr/bin/ssh-keygen"), arguments: ["-lf", key.path + ".pub"], output: .string(limit: 4096))
    let words = done.standardOutput.split(separator: " ")
    return words.count > 1 ? String(words[1]) : ""
  }
}
