/// Decides whether a server's host key is to be trusted, and says why not.
struct HostKeyCheck: Sendable {
  let host: String
  let port: Int
  let policy: HostKeyPolicy
  let files: KnownHostsFiles
  let known: KnownHosts

  /// The host key algorithms to offer, best first: those whose keys are known for the host lead, so that a server with
  /// several keys shows one that can be checked.
  var algorithms: [String] {
    let types = known.keyTypes(host: host, port: port)
    let preferred = Self.all.filter { types.contains(Self.keyType($0)) }
    return preferred + Self.all.filter { !preferred.contains($0) }
  }

  private static let all = [
    "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-512", "rsa-sha2-256",
    "ssh-rsa",
  ]

  private static func keyType(_ algorithm: String) -> String {
    algorithm.hasPrefix("rsa-sha2-") ? "ssh-rsa" : algorithm
  }

  /// Whether `key` is to be kept before going on; returns false where it is known.
  ///
  /// - Throws: `SSHError` when it must not be trusted.
  func isToBeKept(_ key: HostKey) throws(SSHError) -> Bool {
    switch known.verdict(on: key, host: host, port: port) {
    case .known: return false
    case .unknown where policy == .acceptNew: return true
    case .unknown: throw unknown(key)
    case .otherTypes(let entries): throw otherTypes(key, entries)
    case .mismatch(let entries): throw mismatch(key, entries)
    case .revoked(let entry):
      throw SSHError(
        .hostKeyRevoked, "trust \(host): its host key is marked as revoked",
        evidence: ["\(key.shortType.uppercased()) \(key.fingerprint)", entry.place],
        remedy: "someone may be posing as the host; give the host a new key, or ask who revoked this one")
    }
  }

  private func unknown(_ key: HostKey) -> SSHError {
    SSHError(
      .hostKeyUnknown, "trust \(host): its host key is not in \(list)",
      evidence: ["it shows \(key.shortType.uppercased()) \(key.fingerprint)"]
        + known.authorities(host: host, port: port).map {
          "\($0.place) has an authority for it, but libssh2 \(LibSSH2.version) cannot check certificates of hosts"
        },
      remedy: "compare the fingerprint with the host's own (ssh-keygen -lf on it), then run: \(scan(key.shortType))")
  }

  private func otherTypes(_ key: HostKey, _ entries: [KnownHosts.Entry]) -> SSHError {
    let held = entries.map { "\($0.key.shortType.uppercased()) at \($0.place)" }
    let isRSA = entries.allSatisfy { $0.key.type == "ssh-rsa" } && !LibSSH2.knowsModernRSA
    return SSHError(
      .hostKeyUnknown,
      "trust \(host): it shows a key of type \(key.shortType.uppercased()), and \(list) has only "
        + Set(entries.map { $0.key.shortType.uppercased() }).sorted().joined(separator: ", "),
      evidence: ["it shows \(key.fingerprint)"] + held
        + (isRSA ? ["libssh2 \(LibSSH2.version) cannot check RSA host keys of today's servers (SHA-2)"] : []),
      remedy: "compare the fingerprint with the host's own (ssh-keygen -lf on it), then run: \(scan(key.shortType))")
  }

  private func mismatch(_ key: HostKey, _ entries: [KnownHosts.Entry]) -> SSHError {
    SSHError(
      .hostKeyMismatch, "trust \(host): its host key has changed",
      evidence: ["it shows \(key.shortType.uppercased()) \(key.fingerprint)"]
        + entries.map { "\($0.place) has \($0.key.shortType.uppercased()) \($0.key.fingerprint)" },
      remedy: "someone may be posing as the host; if its key was changed on purpose, run: ssh-keygen -R "
        + "\(quoted(KnownHosts.name(host, port: port))) -f \(quoted(entries.first?.file ?? "")), then: "
        + scan(key.shortType))
  }

  private func scan(_ type: String) -> String {
    let file = files.paths.first.map { " >> \(quoted($0))" } ?? ""
    return "ssh-keyscan \(port == 22 ? "" : "-p \(port) ")-t \(type) \(quoted(host))\(file)"
  }

  private var list: String { files.paths.isEmpty ? "any known_hosts file" : files.paths.joined(separator: " or ") }

  private func quoted(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"),
        UInt8(ascii: "/"), UInt8(ascii: ":"):
        true
      default: false
      }
    }
    return isPlain && !text.isEmpty
      ? text : "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
