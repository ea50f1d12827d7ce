import FoundationEssentials
import Glibc

/// Finds what to log in with: the file that was named, then the agent's keys, then the usual files if none was named.
struct IdentitySource: Sendable {
  let target: SSHTarget

  /// What was found, and what could not be used, for messages.
  struct Findings: Sendable {
    var identities: [Identity] = []
    var notes: [String] = []
  }

  /// More than fit into the tries that a server allows on one connection go over several; beyond this many it looks like
  /// an attack.
  static let limit = 15

  /// The identities to try, in order, each key once, at most `limit`.
  ///
  /// - Throws: `SSHError` of kind `.identity` when the file that was named cannot be used.
  func find() async throws -> Findings {
    var findings = Findings()
    let agentKeys = named(await keysOfAgent(&findings))
    if let file = target.identityFile {
      findings.identities.append(try await named(file, agentKeys))
    }
    findings.identities += agentKeys
    if target.identityFile == nil { await addDefaults(&findings) }
    var seen: Set<[UInt8]> = []
    findings.identities = findings.identities.filter { seen.insert($0.publicBlob).inserted }
    findings.notes += certificates.map {
      "\($0): not tried: libssh2 \(LibSSH2.version) cannot log in with certificates"
    }
    for extra in findings.identities.dropFirst(Self.limit) {
      findings.notes.append("\(extra.name): not tried, too many")
    }
    findings.identities = Array(findings.identities.prefix(Self.limit))
    return findings
  }

  /// The user's certificates that are there, which `ssh` would use.
  private var certificates: [String] {
    let files = [target.identityFile].compactMap(\.self) + target.defaultIdentityFiles
    return (target.certificateFiles + files.map { "\($0)-cert.pub" }).filter { access($0, F_OK) == 0 }
  }

  /// The agent's keys, those first whose files are named, and only those where that is wanted.
  private func named(_ keys: [Identity]) -> [Identity] {
    let files = [target.identityFile].compactMap(\.self) + target.defaultIdentityFiles
    let blobs = Set(files.compactMap(Self.publicBlob))
    let first = keys.filter { blobs.contains($0.publicBlob) }
    return target.areIdentitiesOnly ? first : first + keys.filter { !blobs.contains($0.publicBlob) }
  }

  /// The public key beside the private one at `file`, or in it; nil where there is none.
  private static func publicBlob(_ file: String) -> [UInt8]? {
    let path = file.hasSuffix(".pub") ? file : file + ".pub"
    let text = try? String(decoding: Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    let words = text?.split(whereSeparator: \.isWhitespace) ?? []
    return words.count > 1 ? HostKey(base64: words[1])?.blob : nil
  }

  private func keysOfAgent(_ findings: inout Findings) async -> [Identity] {
    guard let path = target.agentSocket, !path.isEmpty else { return [] }
    let agent = SSHAgent(path: path)
    do {
      return try await agent.keys().map { Identity($0, of: agent) }.filter {
        ["ssh-ed25519", "ssh-rsa"].contains($0.type)
          || $0.type.hasPrefix("ecdsa-sha2-nistp") && !$0.type.contains("cert")
      }
    } catch {
      findings.notes.append(String(describing: error))
      return []
    }
  }

  /// The file that was named. When it is encrypted and the agent has the same key, the agent's is taken, as `ssh` does.
  private func named(_ file: String, _ agentKeys: [Identity]) async throws -> Identity {
    do { return try await read(file) } catch {
      if let blob = Self.publicBlob(file), let twin = agentKeys.first(where: { $0.publicBlob == blob }),
        target.passphrase == nil
      {
        return twin
      }
      throw error
    }
  }

  private func addDefaults(_ findings: inout Findings) async {
    for file in target.defaultIdentityFiles where access(file, F_OK) == 0 {
      do { findings.identities.append(try await read(file)) } catch {
        findings.notes.append(String(describing: error))
      }
    }
  }

  private func read(_ file: String) async throws -> Identity {
    let passphrase = target.passphrase
    return Identity(try await Blocking.run { try PrivateKeyFile.read(file, passphrase: passphrase) }, file: file)
  }
}
