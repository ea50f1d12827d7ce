/// Why something over SSH did not work: a kind, one short sentence, the evidence kept apart, and what to do next.
public struct SSHError: Error, Sendable, Hashable {
  /// What sort of error it is. Code decides by this, never by the text.
  public enum Kind: String, Sendable, Hashable {
    /// The host's name has no address.
    case nameResolution
    /// No address of the host accepts the connection.
    case unreachable
    /// The server and we do not come to terms before the login.
    case handshake
    /// No `known_hosts` file has this host's key.
    case hostKeyUnknown
    /// The host shows another key than `known_hosts` has.
    case hostKeyMismatch
    /// The host shows a key that `known_hosts` marks as revoked.
    case hostKeyRevoked
    /// A `known_hosts` file cannot be read or written.
    case knownHosts
    /// The private key cannot be used: not there, not a key, wrong passphrase.
    case identity
    /// The private key is encrypted and no passphrase was given.
    case identityLocked
    /// The agent cannot be asked.
    case agent
    /// The server does not let us log in; a connection that is lost meanwhile is `.disconnected`.
    case authentication
    /// A deadline passed.
    case timeout
    /// The connection was there and is lost, or was ended by us.
    case disconnected
    /// The connection turned out to be lost before the command was sent: it has not run.
    case disconnectedBeforeStart
    /// The server opens no further channel on this connection: the command has not run.
    case noChannel
    /// The server refuses to run the command.
    case channel
    /// The command ended and the server did not say how.
    case noExitStatus
    /// What the caller gave cannot be sent, for example a NUL byte in a command.
    case invalid
  }

  /// What sort of error it is.
  public let kind: Kind
  /// One lower-case phrase that chains.
  public let message: String
  /// What was seen: texts and codes of the library, the system or the server.
  public let evidence: [String]
  /// What the operator should do or run next.
  public let remedy: String?

  /// An error.
  public init(_ kind: Kind, _ message: String, evidence: [String] = [], remedy: String? = nil) {
    self.kind = kind
    self.message = message
    self.evidence = evidence
    self.remedy = remedy
  }

  /// The same error with `context` before its message.
  func inContext(_ context: String) -> SSHError {
    SSHError(kind, "\(context): \(message)", evidence: evidence, remedy: remedy)
  }
}

extension SSHError: CustomStringConvertible {
  /// The message, what was seen, and the remedy.
  public var description: String {
    let seen = evidence.isEmpty ? "" : " (\(evidence.joined(separator: "; ")))"
    return message + seen + (remedy.map { "; \($0)" } ?? "")
  }
}

extension SSHError {
  /// This error for a command that the server has not heard of.
  var beforeStart: SSHError {
    SSHError(.disconnectedBeforeStart, "start the command: \(message)", evidence: evidence, remedy: remedy)
  }
}
