/// The messages of the agent protocol (draft-miller-ssh-agent), without their length before them.
enum AgentMessage {
  /// A key that the agent holds.
  struct Key: Sendable, Hashable {
    /// The public key as in RFC 4253.
    let blob: [UInt8]
    /// What it is called in the agent.
    let comment: String
  }

  /// Asks for the keys.
  static let listRequest: [UInt8] = [11]

  /// The keys in the answer to `listRequest`; nil where it is none.
  static func keys(in answer: [UInt8]) -> [Key]? {
    var reader = WireReader(answer)
    guard reader.byte() == 12, let count = reader.uint32() else { return nil }
    var keys: [Key] = []
    for _ in 0..<count {
      guard let blob = reader.string(), let comment = reader.string() else { return nil }
      keys.append(Key(blob: Array(blob), comment: String(decoding: comment, as: UTF8.self)))
    }
    return keys
  }

  /// Asks for a signature of `data` with the key `blob`.
  static func signRequest(blob: [UInt8], data: [UInt8], algorithm: String) -> [UInt8] {
    var writer = WireWriter()
    writer.byte(13)
    writer.string(blob)
    writer.string(data)
    writer.uint32(algorithm == "rsa-sha2-512" ? 4 : algorithm == "rsa-sha2-256" ? 2 : 0)
    return writer.bytes
  }

  /// The signature in the answer to a sign request, without the algorithm's name; nil where it is none of `algorithm`.
  static func signature(in answer: [UInt8], algorithm: String) -> [UInt8]? {
    var reader = WireReader(answer)
    guard reader.byte() == 14, let signature = reader.string() else { return nil }
    var inner = WireReader(signature)
    guard inner.text() == algorithm, let value = inner.string() else { return nil }
    return Array(value)
  }
}
