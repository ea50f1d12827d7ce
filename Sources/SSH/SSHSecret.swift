/// A private key's passphrase, or a password: every way of printing it gives `[redacted]`.
public struct SSHSecret: Sendable {
  private let value: String

  /// Wraps `value`.
  public init(_ value: String) { self.value = value }

  /// Lends the bytes to `use`.
  func withBytes<Result>(_ use: ([UInt8]) throws -> Result) rethrows -> Result { try use(Array(value.utf8)) }
}

extension SSHSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Always `[redacted]`.
  public var description: String { "[redacted]" }
  /// Always `[redacted]`.
  public var debugDescription: String { description }
  /// Nothing to see for `dump` and the debugger.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
