extension SSHTarget {
  /// Whether the identity in `file` is encrypted, so that logging in needs a passphrase, or the agent.
  ///
  /// Blocks for a moment: it reads the file. One that cannot be read or used is none; connecting says what is wrong.
  public static func isEncryptedIdentity(_ file: String) -> Bool {
    do {
      _ = try PrivateKeyFile.read(file, passphrase: nil)
      return false
    } catch {
      return error.kind == .identityLocked
    }
  }
}
