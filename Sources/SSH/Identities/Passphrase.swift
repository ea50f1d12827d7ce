/// A private key's passphrase: every way of printing it gives `[redacted]`.
public struct Passphrase: Sendable {
  private let value: String

  /// Wraps `value`.
  public init(_ value: String) { self.value = value }

  /// Lends the bytes to `use`.
  func withBytes<Result>(_ use: ([UInt8]) throws -> Result) rethrows -> Result { try use(Array(value.utf8)) }
}

extension Passphrase: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// Always `[redacted]`.
  public var description: String { "[redacted]" }
  /// Always `[redacted]`.
  public var debugDescription: String { description }
  /// Nothing to see for `dump` and the debugger.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension SSHError {
  /// A key's file is encrypted and there is nothing to decrypt it with.
  static let noPassphrase = SSHError(
    .identityLocked, "is encrypted and no passphrase was given",
    remedy: "give the key's passphrase, or load the key into the agent: ssh-add FILE")
  /// A key's file does not decrypt to what it should.
  static let wrongPassphrase = SSHError(
    .identity, "cannot be decrypted: the passphrase is wrong, or the file is damaged")
}
