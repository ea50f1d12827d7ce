import CLibSSH2
import Glibc

/// Brings a connection from the server's greeting to where commands can be run.
struct Login {
  let connection: Connection
  let target: SSHTarget
  let hostKeyCheck: HostKeyCheck
  let findings: IdentitySource.Findings
  let deadline: ContinuousClock.Instant

  /// Agrees on keys, checks the host's key, and logs in. To be called on the connection's loop.
  ///
  /// - Throws: `SSHError`; `UntriedKeys` and `ClosedBeforeGreeting`, after which a new connection may do; `CancellationError`.
  nonisolated(nonsending) func run() async throws {
    try await handshake()
    try await checkHostKey()
    try await Authentication(connection: connection, target: target, findings: findings, deadline: deadline).run()
  }

  private nonisolated(nonsending) func handshake() async throws {
    let algorithms = hostKeyCheck.algorithms.joined(separator: ",")
    libssh2_session_method_pref(connection.session, LIBSSH2_METHOD_HOSTKEY, algorithms)
    let what = "begin SSH with \(target.host)"
    if target.isCompressed { libssh2_session_flag(connection.session, LIBSSH2_FLAG_COMPRESS, 1) }
    let result: Int32
    do {
      result = try await connection.repeating(what, failing: .handshake, until: deadline) {
        libssh2_session_handshake(connection.session, connection.descriptor)
      }
    } catch let error as SSHError where error.kind == .handshake && !hasGreeted {
      throw ClosedBeforeGreeting(error: error)
    }
    guard result != 0 else { return }
    let evidence = [connection.transport.farewell?.evidence, LibSSH2.lastError(of: connection.session).text]
      .compactMap { $0 }
    guard result == LIBSSH2_ERROR_KEX_FAILURE else {
      throw SSHError(.handshake, "\(what): it failed", evidence: evidence)
    }
    let note =
      LibSSH2.knowsModernRSA ? "" : "; libssh2 \(LibSSH2.version) cannot check RSA host keys of today's servers"
    throw SSHError(
      .handshake, "\(what): no algorithms in common\(note)", evidence: evidence,
      remedy:
        "see which keys the host has: ssh-keyscan \(target.port == 22 ? "" : "-p \(target.port) ")\(target.host); "
        + "it needs an ed25519 or ecdsa host key (ssh-keygen -A on it makes them), and one of our key exchanges, "
        + "ciphers and MACs (docs/ssh.md has them; the host's: sshd -T)")
  }

  /// Whether the server has sent its greeting.
  private var hasGreeted: Bool { libssh2_session_banner_get(connection.session) != nil }

  private nonisolated(nonsending) func checkHostKey() async throws {
    var length = 0
    var type: Int32 = 0
    guard let bytes = libssh2_session_hostkey(connection.session, &length, &type),
      let key = HostKey(blob: UnsafeRawBufferPointer(start: bytes, count: length).map { $0 })
    else { throw SSHError(.handshake, "begin SSH with \(target.host): it shows no host key") }
    guard try hostKeyCheck.isToBeKept(key) else { return }
    let check = hostKeyCheck
    try await Blocking.run { try check.files.append(key, host: check.host, port: check.port) }
  }
}

/// The server has closed the connection before it said a word, as a busy sshd does (`MaxStartups`): nothing has happened,
/// and a moment later it may have room.
struct ClosedBeforeGreeting: Error {
  let error: SSHError
}
