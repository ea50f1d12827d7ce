import FoundationEssentials
import Glibc
import Lab
import SSH
import Testing

@Suite("Logging in with a key")
struct IdentityTests {
  private static let passphrase = "Grüße an 'alle' $(id) \"x\""

  @Test("works for every type, format and passphrase", arguments: SSHKey.Kind.allCases)
  func everyKey(_ kind: SSHKey.Kind) async throws {
    try await withScratchFolder { folder in
      var keys: [(key: SSHKey, passphrase: String)] = []
      for format in SSHKey.Format.allCases {
        for passphrase in ["", Self.passphrase] {
          let path = "\(folder)/\(format.rawValue) \(passphrase.isEmpty ? "open" : "locked")"
          keys.append((try await SSHKey.generate(kind, at: path, format: format, passphrase: passphrase), passphrase))
        }
      }
      try await Host.with(authorize: keys.map(\.key.publicKey)) { host in
        for (key, passphrase) in keys {
          var target = host.target
          target.identityFile = key.path
          target.passphrase = passphrase.isEmpty ? nil : SSHSecret(passphrase)
          let text = try await session(target) { try await $0.collect("printf %s hello").text }
          #expect(text == "hello", "\(key.path)")
        }
      }
    }
  }

  @Test(
    "works for every cipher of OpenSSH's format",
    arguments: [
      "aes128-ctr", "aes192-ctr", "aes256-cbc", "aes128-gcm@openssh.com", "aes256-gcm@openssh.com",
    ])
  func everyCipher(_ cipher: String) async throws {
    try await Host.with { host in
      try await SSHKey.reencrypt(host.key, cipher: cipher, passphrase: Self.passphrase)
      var target = host.target
      target.passphrase = SSHSecret(Self.passphrase)
      let text = try await session(target) { try await $0.collect("printf %s hello").text }
      #expect(text == "hello")
    }
  }

  @Test("works with the agent for RSA, ed25519 and ECDSA", arguments: [SSHKey.Kind.rsa, .ed25519, .ecdsa384])
  func agent(_ kind: SSHKey.Kind) async throws {
    try await Host.with(key: kind) { host in
      try await Agent.with(keys: [host.key.path]) { socket in
        var target = host.target
        target.identityFile = nil
        target.agentSocket = socket
        let text = try await session(target) { try await $0.collect("printf %s hello").text }
        #expect(text == "hello")
      }
    }
  }

  @Test("takes the agent's copy of an encrypted file, and the usual files where none was named")
  func otherSources() async throws {
    try await Host.with { host in
      var target = host.target
      target.identityFile = nil
      target.defaultIdentityFiles = [host.folder + "/not there", host.key.path]
      #expect(try await session(target) { try await $0.collect("printf %s hello").text } == "hello")
      try await Agent.with(keys: [host.key.path]) { socket in
        try await SSHKey.reencrypt(host.key, cipher: "aes256-ctr", passphrase: Self.passphrase)
        var target = host.target
        target.agentSocket = socket
        #expect(try await session(target) { try await $0.collect("printf %s hello").text } == "hello")
      }
    }
  }

  @Test("fails with a key that the server does not know; the error has user, host, key and what the server offers")
  func wrongKey() async throws {
    try await Host.with { host in
      let other = try await SSHKey.generate(.rsa, at: host.folder + "/other")
      var target = host.target
      target.identityFile = other.path
      let error = try await #require(failure { _ = try await SSHSession.connect(to: target) })
      #expect(error.kind == .authentication)
      #expect(
        error.message == "log in to \(target.user)@127.0.0.1 port \(target.port): the server accepts none of our keys")
      let fingerprint = try #require(HostKey(base64: other.publicKey.split(separator: " ")[1])).fingerprint
      #expect(error.evidence == ["\(other.path) (RSA \(fingerprint)): refused", "the server offers: publickey"])
    }
  }

  @Test("tries more keys than the server allows over several connections, the named one first")
  func manyKeys() async throws {
    try await Host.with { host in
      var others: [String] = []
      for number in 1...8 { others.append(try await SSHKey.generate(.ed25519, at: "\(host.folder)/\(number)").path) }
      try await Agent.with(keys: others) { socket in
        var target = host.target
        target.agentSocket = socket
        #expect(try await session(target) { try await $0.collect("printf %s hello").text } == "hello")
        target.identityFile = nil
        let error = try await #require(failure { _ = try await SSHSession.connect(to: target) })
        #expect(error.kind == .authentication)
        #expect(error.evidence.filter { $0.contains("refused") }.count == 8, "\(error)")
        #expect(system("SSH_AUTH_SOCK='\(socket)' ssh-add -q '\(host.key.path)'") == 0)
        #expect(try await session(target) { try await $0.collect("printf %s hello").text } == "hello")
      }
    }
  }

  @Test("without any key says so, and why the agent gave none")
  func noKey() async throws {
    try await Host.with { host in
      var target = host.target
      target.identityFile = nil
      target.agentSocket = host.folder + "/no agent"
      let error = try await #require(failure { _ = try await SSHSession.connect(to: target) })
      #expect(error.kind == .authentication)
      #expect(error.evidence.first?.hasPrefix("reach the agent: No such file or directory") == true)
    }
  }

  @Test(
    "a file that cannot be used says what is the matter with it",
    arguments: [
      ("locked", nil, "is encrypted and no passphrase was given"),
      ("locked", "wrong", "cannot be decrypted: the passphrase is wrong, or the file is damaged"),
      ("locked.pem", nil, "is encrypted and no passphrase was given"),
      ("locked.pem", "wrong", "cannot be decrypted: the passphrase is wrong, or the file is damaged"),
      ("locked.pub", nil, "is a public key"),
      ("cut", nil, "is damaged: not a complete OpenSSH private key"),
      ("cut.pem", nil, "is damaged: not a complete private key"),
      ("empty", nil, "is not a private key"),
      ("noise", nil, "is not a private key"),
      ("putty", nil, "is a PuTTY key"),
      ("missing", nil, "cannot be read: No such file or directory"),
      (".", nil, "cannot be read: Is a directory"),
    ] as [(String, String?, String)])
  func unusable(_ file: String, _ passphrase: String?, _ complaint: String) async throws {
    try await withScratchFolder { folder in
      let open = try await SSHKey.generate(.ecdsa256, at: folder + "/open")
      let pem = try await SSHKey.generate(.ecdsa256, at: folder + "/open.pem", format: .pem)
      _ = try await SSHKey.generate(.ed25519, at: folder + "/locked", passphrase: "right")
      _ = try await SSHKey.generate(.rsa, at: folder + "/locked.pem", format: .pem, passphrase: "right")
      for (key, name) in [(open, "cut"), (pem, "cut.pem")] {
        let lines = try String(contentsOfFile: key.path, encoding: .utf8).split(separator: "\n")
        try (lines[...1] + [lines[lines.count - 1]]).joined(separator: "\n").write(
          toFile: "\(folder)/\(name)", atomically: false, encoding: .utf8)
      }
      try Data().write(to: URL(filePath: folder + "/empty"))
      try Data((0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 167) }).write(to: URL(filePath: folder + "/noise"))
      try Data("PuTTY-User-Key-File-3: ssh-rsa\r\n".utf8).write(to: URL(filePath: folder + "/putty"))
      let target = SSHTarget(
        host: "127.0.0.1", port: 1, user: "nobody", identityFile: "\(folder)/\(file)",
        passphrase: passphrase.map { SSHSecret($0) }, knownHostsFiles: [])
      let error = try await #require(failure { _ = try await SSHSession.connect(to: target) })
      #expect(error.kind == (complaint.contains("no passphrase") ? .identityLocked : .identity))
      #expect(error.message == "use the identity file \(folder)/\(file): \(complaint)")
    }
  }

  @Test("a passphrase prints as redacted, however it is printed")
  func redacted() {
    let passphrase = SSHSecret("secret")
    let target = SSHTarget(host: "h", user: "u", passphrase: passphrase, knownHostsFiles: [])
    var dumped = ""
    dump(target, to: &dumped)
    for text in ["\(passphrase)", String(reflecting: passphrase), "\(target)", dumped] {
      #expect(!text.contains("secret"))
    }
  }

  private func session<Result>(
    _ target: SSHTarget, _ body: (SSHSession) async throws -> Result
  ) async throws -> Result {
    let session = try await SSHSession.connect(to: target)
    return try await cleaningUp {
      try await body(session)
    } finally: {
      await session.disconnect()
    }
  }
}

/// The SSH error that `body` throws, if it does.
func failure(_ body: () async throws -> Void) async -> SSHError? {
  do { try await body() } catch { return error as? SSHError }
  return nil
}
