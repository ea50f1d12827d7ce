import CLibSSH2

/// Logs in: with the keys one after another, then with the password where there is one.
struct Authentication {
  let connection: Connection
  let target: SSHTarget
  let findings: IdentitySource.Findings
  let deadline: ContinuousClock.Instant

  /// Servers end the connection after six failed tries; one is kept for whatever they count besides ours.
  private static let keysPerConnection = 5

  /// Logs in. To be called on the connection's loop.
  ///
  /// - Throws: `SSHError`; `UntriedKeys` where the server wants no more tries on this connection; `CancellationError`.
  nonisolated(nonsending) func run() async throws {
    var notes = findings.notes
    guard !findings.identities.isEmpty || target.password != nil else {
      throw SSHError(
        .authentication, "log in to \(target.name): there is no key to do it with", evidence: notes,
        remedy: "name an identity file, load a key into the agent (ssh-add), or give a password")
    }
    if try await isAnyKeyAccepted(&notes) { return }
    if let password = target.password {
      let login = PasswordLogin(connection: connection, target: target, deadline: deadline)
      if try await login.isAccepted(password, &notes) { return }
    }
    if let methods = connection.transport.watch.loginMethods { notes.append("the server offers: \(methods)") }
    throw refusal(notes)
  }

  private func refusal(_ notes: [String]) -> SSHError {
    guard target.password == nil else {
      return SSHError(
        .authentication, "log in to \(target.name): the server accepts neither a key of ours nor the password",
        evidence: notes,
        remedy: "try it by hand: ssh \(target.port == 22 ? "" : "-p \(target.port) ")\(target.user)@\(target.host)")
    }
    return SSHError(
      .authentication, "log in to \(target.name): the server accepts none of our keys", evidence: notes,
      remedy: "is the public key in ~\(target.user)/.ssh/authorized_keys on the host? (ssh-copy-id puts it there)")
  }

  private nonisolated(nonsending) func isAnyKeyAccepted(_ notes: inout [String]) async throws -> Bool {
    for (number, identity) in findings.identities.enumerated() {
      let rest = IdentitySource.Findings(identities: Array(findings.identities.dropFirst(number)), notes: notes)
      if number == Self.keysPerConnection { throw UntriedKeys(findings: rest) }
      do {
        if try await isAccepted(identity) { return true }
        notes.append("\(identity.summary): refused")
      } catch let error as SSHError where error.kind == .agent || error.kind == .identity {
        notes.append(String(describing: error))
      } catch let error as SSHError where error.kind == .authentication {
        notes.append("\(identity.summary): refused")
        try goOnElsewhere(behind: rest, notes)
        throw error
      }
      // Where the server wants something else now, it has taken this key, or takes none.
      if let methods = connection.transport.watch.loginMethods, !methods.contains("publickey") { return false }
    }
    return false
  }

  /// The server has ended the connection because of too many tries: what has not been tried is tried on another one.
  private func goOnElsewhere(behind tried: IdentitySource.Findings, _ notes: [String]) throws {
    let untried = Array(tried.identities.dropFirst())
    guard connection.transport.farewell?.reason == 2, !untried.isEmpty || target.password != nil else { return }
    throw UntriedKeys(findings: IdentitySource.Findings(identities: untried, notes: notes))
  }

  private nonisolated(nonsending) func isAccepted(_ identity: Identity) async throws -> Bool {
    let what = "log in to \(target.name)"
    let request = SignRequest()
    let blob = Self.blobToSend(identity)
    while true {
      let result = try await connection.repeating(what, failing: connection.loginEndKind, until: deadline) {
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
      case LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED where !connection.hasLoginEnded: return false
      default: throw connection.loginFailure(what, result)
      }
    }
  }

  /// libssh2 before 1.11 takes the algorithm's name from the key and knows only `ssh-rsa`, which means SHA-1 and is refused
  /// since OpenSSH 8.8. Servers take a key that calls itself `rsa-sha2-512` too, and then it signs with that.
  private static func blobToSend(_ identity: Identity) -> [UInt8] {
    guard identity.type == "ssh-rsa", !LibSSH2.knowsModernRSA else { return identity.publicBlob }
    var writer = WireWriter()
    writer.string("rsa-sha2-512")
    return writer.bytes + identity.publicBlob.dropFirst(11)
  }
}

/// The server takes no more tries on this connection, and there is more to try.
struct UntriedKeys: Error {
  let findings: IdentitySource.Findings
}
