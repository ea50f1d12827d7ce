/// A password, passphrase or key that must not be shown: every way of printing it gives `[redacted]`.
///
/// It is deliberately not `Codable`: a secret has no place in a plan, a journal or a report.
public struct Secret: Sendable, Hashable {
  private let value: String

  /// Wraps `value`.
  public init(_ value: String) { self.value = value }

  /// The secret itself, for the one place that must hand it over. Never log the result.
  public func reveal() -> String { value }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Always `[redacted]`.
  public var description: String { "[redacted]" }
  /// Always `[redacted]`.
  public var debugDescription: String { description }
  /// Nothing to see for `dump` and the debugger.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

/// The name under which a secret is known to a plan; on a node it is a shell variable `zdu_<name>`.
public enum SecretName: String, Sendable, Hashable, Codable, CaseIterable {
  /// The password of the Admin Node Manager's administrator.
  case password
  /// The password of the Cassandra user.
  case cassandraPassword = "cass_password"
  /// The passphrase of the domain's private key.
  case domainPassphrase = "domain_passphrase"

  /// The shell variable that carries the secret on the node.
  public var variable: String { "zdu_\(rawValue)" }
}
