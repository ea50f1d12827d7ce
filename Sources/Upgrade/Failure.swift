/// Why something did not work: a kind, one short sentence, the evidence kept apart, and what to do next.
public struct Failure: Error, Sendable, Hashable, Codable {
  /// What sort of failure it is. Code decides by this, never by the text.
  public enum Kind: String, Sendable, Hashable, Codable {
    /// The node cannot be reached or the connection was lost.
    case unreachable
    /// The server's host key is unknown, revoked or another one than expected.
    case hostKey
    /// The node does not let us log in.
    case authentication
    /// The command ended with an exit code other than 0.
    case exit
    /// The command was ended by a signal.
    case signal
    /// A deadline passed.
    case timeout
    /// Connections were still open on the node when the drain's deadline passed.
    case notDrained
    /// The node does not answer its health check.
    case unhealthy
    /// The load balancer refused, or could not be asked.
    case balancer
    /// The gateway's administration API refused, or answered what it should not.
    case gateway
    /// Something that must hold does not, so nothing was tried.
    case refused
    /// A gate of the operator's did not pass, and it is one that stops the run.
    case gate
    /// Another run has the node.
    case lockHeld
    /// The node is not this run's any more, so nothing was done to it.
    case lockLost
    /// The users suffer more than they may, so the step was not begun.
    case breach
    /// A file or folder on the control node cannot be read or written.
    case io
    /// The run was told to stop.
    case cancelled
  }

  /// What sort of failure it is.
  public let kind: Kind
  /// One lower-case phrase that chains: `drain Node-B: still 14 connections after 60 s`.
  public let message: String
  /// The number shown in the summary's cell: the step's exit code where it has one, else 124 for a deadline,
  /// 255 for a lost connection, 1 for anything else.
  public let exitCode: Int32
  /// What was seen, for example the last lines that the command printed.
  public let evidence: [String]
  /// What the operator should do or run next.
  public let remedy: String?

  /// A failure; without `exitCode` the kind's conventional one.
  public init(
    _ kind: Kind, _ message: String, exitCode: Int32? = nil, evidence: [String] = [], remedy: String? = nil
  ) {
    self.kind = kind
    self.message = message
    self.exitCode = exitCode ?? Self.conventionalCode(kind)
    self.evidence = evidence
    self.remedy = remedy
  }

  /// The same failure with `context` before its message.
  public func inContext(_ context: String) -> Failure {
    Failure(kind, "\(context): \(message)", exitCode: exitCode, evidence: evidence, remedy: remedy)
  }

  /// Any error as a failure; one that is not a `Failure` already becomes `kind` with its description.
  public static func from(_ error: any Error, as kind: Kind) -> Failure {
    if let failure = error as? Failure { return failure }
    if error is CancellationError { return Failure(.cancelled, "was cancelled") }
    return Failure(kind, String(describing: error))
  }

  private static func conventionalCode(_ kind: Kind) -> Int32 {
    switch kind {
    case .timeout, .notDrained: 124
    case .unreachable, .hostKey, .authentication: 255
    case .exit, .signal, .unhealthy, .balancer, .gateway, .refused, .gate, .lockHeld, .lockLost, .breach, .io,
      .cancelled:
      1
    }
  }
}

extension Failure: CustomStringConvertible {
  /// The message, and the remedy behind it.
  public var description: String { remedy.map { "\(message); \($0)" } ?? message }
}
