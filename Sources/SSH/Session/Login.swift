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
  /// - Throws: `SSHError`; `CancellationError`.
  nonisolated(nonsending) func run() async throws {
    try await handshake()
    try await checkHostKey()
    try await authenticate()
  }

  private nonisolated(nonsending) func handshake() async throws {
    let algorithms = hostKeyCheck.algorithms.joined(separator: ",")
    libssh2_session_method_pref(connection.session, LIBSSH2_METHOD_HOSTKEY, algorithms)
    let what = "begin SSH with \(target.host)"
    let result = try await connection.repeating(what, failing: .handshake, until: deadline) {
      libssh2_session_handshake(connection.session, connection.descriptor)
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
        + "it needs an ed25519 or ecdsa host key (ssh-keygen -A on it makes them)")
  }

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

  // MARK: Authentication

  private nonisolated(nonsending) func authenticate() async throws {
    var notes = findings.notes
    guard !findings.identities.isEmpty else {
      throw SSHError(
        .authentication, "log in to \(target.name): there is no key to do it with", evidence: notes,
        remedy: "name an identity file, or load a key into the agent (ssh-add)")
    }
    for identity in findings.identities {
      do {
        if try await isAccepted(identity) { return }
        notes.append("\(identity.summary): refused")
      } catch let error as SSHError where error.kind == .agent || error.kind == .identity {
        notes.append(String(describing: error))
      }
    }
    if let methods = connection.transport.watch.loginMethods { notes.append("the server offers: \(methods)") }
    throw SSHError(
      .authentication, "log in to \(target.name): the server accepts none of our keys", evidence: notes,
      remedy: "is the public key in ~\(target.user)/.ssh/authorized_keys on the host? (ssh-copy-id puts it there)")
  }

  private nonisolated(nonsending) func isAccepted(_ identity: Identity) async throws -> Bool {
    let what = "log in to \(target.name)"
    let request = SignRequest()
    let blob = Self.blobToSend(identity)
    while true {
      let result = try await connection.repeating(what, failing: endKind, until: deadline) {
        request.call(connection.session, user: target.user, blob: blob)
      }
      switch result {
      case SignRequest.isWaiting:
        do { try await request.answer(with: identity) } catch {
          // libssh2 has to leave this login half way; it does so when the callback fails.
          request.hasFailed = true
          _ = request.call(connection.session, user: target.user, blob: blob)
          throw error
        }
      case 0: return true
      case LIBSSH2_ERROR_AUTHENTICATION_FAILED: return false
      case LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED where !hasEnded: return false
      default:
        let evidence = [connection.transport.farewell?.evidence, LibSSH2.lastError(of: connection.session).text]
        let isLost = hasEnded || Self.lossCodes.contains(result)
        throw SSHError(
          isLost ? endKind : .authentication, isLost ? "\(what): the connection is lost" : "\(what): it failed",
          evidence: evidence.compactMap { $0 })
      }
    }
  }

  /// What an end of the connection means in the middle of a login: it is lost, unless the server said that it refuses us.
  private var endKind: SSHError.Kind {
    connection.transport.farewell?.isRefusal == true ? .authentication : .disconnected
  }

  /// Whether the connection has ended. libssh2 says "unverified" both for a signature that the server does not take and
  /// for an answer that never came.
  private var hasEnded: Bool { connection.transport.end != nil || connection.transport.farewell != nil }

  /// What libssh2 says when the connection is gone, or what comes over it is garbled.
  private static let lossCodes = [
    LIBSSH2_ERROR_SOCKET_SEND, LIBSSH2_ERROR_SOCKET_RECV, LIBSSH2_ERROR_SOCKET_DISCONNECT, LIBSSH2_ERROR_BAD_SOCKET,
    LIBSSH2_ERROR_DECRYPT, LIBSSH2_ERROR_INVALID_MAC,
  ]

  /// libssh2 before 1.11 takes the algorithm's name from the key and knows only `ssh-rsa`, which means SHA-1 and is refused
  /// since OpenSSH 8.8. Servers take a key that calls itself `rsa-sha2-512` too, and then it signs with that.
  private static func blobToSend(_ identity: Identity) -> [UInt8] {
    guard identity.type == "ssh-rsa", !LibSSH2.knowsModernRSA else { return identity.publicBlob }
    var writer = WireWriter()
    writer.string("rsa-sha2-512")
    return writer.bytes + identity.publicBlob.dropFirst(11)
  }
}

/// One login with a public key: libssh2 asks for a signature in the middle of it, which is made elsewhere meanwhile.
private final class SignRequest {
  static let isWaiting: Int32 = 1

  var hasFailed = false
  private var data: [UInt8]?
  private var signature: [UInt8]?

  /// Calls libssh2; `isWaiting` means that `answer` is wanted before the next call.
  func call(_ session: OpaquePointer, user: String, blob: [UInt8]) -> Int32 {
    var reference: UnsafeMutableRawPointer? = Unmanaged.passUnretained(self).toOpaque()
    let result = libssh2_userauth_publickey(session, user, blob, blob.count, Self.callback, &reference)
    return result == LIBSSH2_ERROR_EAGAIN && data != nil && signature == nil ? Self.isWaiting : result
  }

  nonisolated(nonsending) func answer(with identity: Identity) async throws {
    guard let data, let algorithm = Self.algorithm(in: data) else {
      throw SSHError(.authentication, "log in: what is to be signed makes no sense")
    }
    signature = try await identity.sign(data, algorithm)
  }

  /// string session, byte 50, strings user, service and `publickey`, boolean, string algorithm, string key
  private static func algorithm(in data: [UInt8]) -> String? {
    var reader = WireReader(data)
    guard reader.string() != nil, reader.byte() == 50, reader.string() != nil, reader.string() != nil,
      reader.text() == "publickey", reader.byte() != nil
    else { return nil }
    return reader.text()
  }

  private static let callback:
    @convention(c) (
      OpaquePointer?, UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?, UnsafeMutablePointer<Int>?,
      UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) -> Int32 = { _, result, length, data, count, abstract in
      guard let pointer = abstract?.pointee else { return -1 }
      let request = Unmanaged<SignRequest>.fromOpaque(pointer).takeUnretainedValue()
      if request.hasFailed { return -1 }
      guard let signature = request.signature else {
        request.data = Array(UnsafeBufferPointer(start: data, count: count))
        return LIBSSH2_ERROR_EAGAIN
      }
      // libssh2 frees it with the session's `free`.
      guard let copy = malloc(max(1, signature.count)) else { return -1 }
      signature.withUnsafeBytes { copy.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(copy), byteCount: $0.count) }
      result?.pointee = copy.assumingMemoryBound(to: UInt8.self)
      length?.pointee = signature.count
      return 0
    }
}
