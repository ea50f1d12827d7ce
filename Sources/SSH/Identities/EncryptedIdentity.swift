extension SSHTarget {
  /// Whether the identity file that was named is encrypted, so that logging in needs a passphrase, or the agent.
  ///
  /// Blocks for a moment: it reads the file. One that cannot be read or used is none; connecting says what is wrong.
  public var hasEncryptedIdentity: Bool {
    guard let identityFile else { return false }
    do {
      _ = try PrivateKeyFile.read(identityFile, passphrase: nil)
      return false
    } catch {
      return error.kind == .identityLocked
    }
  }
}
