import CommandHandlers
import Glibc
import Lab
import Testing
import Upgrade

@testable import SSH

@Suite("Servers of many kinds")
struct ServerKindTests {
  /// What libssh2 1.10 and servers of today have in common; docs/ssh.md names them.
  private static let algorithms: [String] =
    [
      "curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256", "ecdh-sha2-nistp384",
      "ecdh-sha2-nistp521", "diffie-hellman-group-exchange-sha256", "diffie-hellman-group14-sha256",
      "diffie-hellman-group16-sha512", "diffie-hellman-group18-sha512", "diffie-hellman-group14-sha1",
    ].map { "KexAlgorithms \($0)" }
    + ["aes128-ctr", "aes192-ctr", "aes256-ctr"].map { "Ciphers \($0)" }
    + ["hmac-sha2-256", "hmac-sha2-512", "hmac-sha1"].map { "MACs \($0)" }

  @Test("that have only one algorithm of a sort are reached", arguments: algorithms)
  func algorithm(_ line: String) async throws {
    try await Host.withSession(lines: [line]) { session, _ in
      let transcript = try await session.collect("head -c 100000 /dev/zero; exit 5")
      #expect(transcript.output.count == 100_000 && transcript.exit == .code(5))
    }
  }

  @Test(
    "that have none of ours: the error says so, and where to look",
    .enabled(if: !LibSSH2.knowsModernRSA, "this libssh2 has more of them"),
    arguments: ["Ciphers chacha20-poly1305@openssh.com", "KexAlgorithms sntrup761x25519-sha512@openssh.com"])
  func nothingInCommon(_ line: String) async throws {
    try await Host.with(lines: [line]) { host in
      let error = try await #require(failure { _ = try await SSHSession.connect(to: host.target) })
      #expect(error.kind == .handshake && error.message.contains("no algorithms in common"), "\(error)")
      #expect(error.remedy?.contains("sshd -T") == true)
    }
  }

  @Test("that compress do so where it is wanted")
  func compression() async throws {
    try await Host.with(lines: ["Compression yes"]) { host in
      var target = host.target
      target.isCompressed = true
      let session = try await SSHSession.connect(to: target)
      let transcript = try await session.collect("head -c 3000000 /dev/zero; cat", standardInput: [1, 2, 3])
      #expect(transcript.output.count == 3_000_003 && transcript.output.suffix(3) == [1, 2, 3])
      await session.disconnect()
    }
  }

  @Test("that greet with a banner, also a long one")
  func banner() async throws {
    try await Host.with { host in
      let banner = try host.write(String(repeating: "Authorised use only! ü\n", count: 400), to: "banner")
      try await Host.withSession(lines: ["Banner \"\(banner)\""]) { session, _ in try await expectUsable(session) }
    }
  }

  @Test("that force a command of their own: one that runs what was wanted is no matter, another runs instead")
  func forceCommand() async throws {
    try await Host.withSession(lines: ["ForceCommand /bin/sh -c \"$SSH_ORIGINAL_COMMAND\""]) { session, _ in
      let transcript = try await session.collect("echo 'a b'; exit 3")
      #expect(transcript.text == "a b\n" && transcript.exit == .code(3))
    }
    try await Host.withSession(lines: ["ForceCommand echo 'This account is for file transfer'; exit 1"]) { session, _ in
      let transcript = try await session.collect("true")
      #expect(transcript.exit == .code(1) && transcript.text.contains("file transfer"))
    }
  }

  @Test("at IPv6, known by address and port")
  func version6() async throws {
    try await Host.with(at: "::1") { host in
      let session = try await SSHSession.connect(to: host.target)
      try await expectUsable(session)
      await session.disconnect()
      var target = host.target
      target.knownHostsFiles = [host.folder + "/other"]
      target.hostKeyPolicy = .acceptNew
      await (try await SSHSession.connect(to: target)).disconnect()
      let kept = try String(contentsOfFile: host.folder + "/other", encoding: .utf8)
      #expect(kept.hasPrefix("[::1]:\(host.server.port) ssh-ed25519 "), "\(kept)")
    }
  }

  @Test("that take only certificates: the error names the certificate and why it is of no use")
  func certificates() async throws {
    try await withScratchFolder { folder in
      let authority = try await SSHKey.generate(.ed25519, at: folder + "/authority")
      let lines = ["TrustedUserCAKeys \"\(authority.path).pub\"", "AuthorizedKeysFile none"]
      try await Host.with(lines: lines) { host in
        #expect(
          system(
            "ssh-keygen -q -s '\(authority.path)' -I test -n '\(host.server.user)' '\(host.key.path).pub' 2>/dev/null")
            == 0)
        let error = try await #require(failure { _ = try await SSHSession.connect(to: host.target) })
        #expect(error.kind == .authentication)
        #expect(error.evidence.contains { $0.contains("key-cert.pub: not tried: libssh2") }, "\(error)")
      }
    }
  }

  @Test("that show a certificate for a host: an authority that is known is told to be of no use")
  func hostCertificates() async throws {
    try await Host.with { host in
      let line = "@cert-authority * \(host.key.publicKey)\n"
      try host.write(line, to: "authorities")
      var target = host.target
      target.knownHostsFiles = [host.folder + "/authorities"]
      let error = try await #require(failure { _ = try await SSHSession.connect(to: target) })
      #expect(error.kind == .hostKeyUnknown)
      #expect(error.evidence.contains { $0.contains("authorities:1") && $0.contains("certificates") }, "\(error)")
    }
  }
}
