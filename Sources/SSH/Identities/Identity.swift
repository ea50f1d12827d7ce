/// Something to log in with: a public key, and a way to get signatures for it.
struct Identity: Sendable {
  /// What it is called in messages: the file, or the agent's comment.
  let name: String
  /// The public key as in RFC 4253.
  let publicBlob: [UInt8]
  /// Signs data for the algorithm named; off the loop.
  let sign: @Sendable (_ data: [UInt8], _ algorithm: String) async throws -> [UInt8]

  /// A key from a file.
  init(_ key: PrivateKey, file: String) {
    name = file
    publicBlob = key.publicBlob
    sign = { data, algorithm in try await Blocking.run { try key.sign(data, algorithm: algorithm) } }
  }

  /// A key of the agent's.
  init(_ key: AgentMessage.Key, of agent: SSHAgent) {
    name = "the agent's \(key.comment)"
    publicBlob = key.blob
    sign = { data, algorithm in try await agent.sign(data, with: key, algorithm: algorithm) }
  }

  /// The key's type, for example `ssh-rsa`.
  var type: String { HostKey(blob: publicBlob)?.type ?? "?" }

  /// For messages: the name and the key's fingerprint.
  var summary: String {
    guard let key = HostKey(blob: publicBlob) else { return name }
    return "\(name) (\(key.shortType.uppercased()) \(key.fingerprint))"
  }
}
