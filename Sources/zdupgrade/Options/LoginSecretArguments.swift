import ArgumentParser
import Upgrade

/// Where the secrets come from by which nodes are logged in to: a file, an environment variable or a prompt.
struct LoginSecretArguments: ParsableArguments {
  @Option(
    name: .customLong("key_passphrase_file"),
    help: "A file with the passphrase of the SSH keys. (else: ZDU_KEY_PASSPHRASE, or a prompt for an encrypted key)",
    completion: .file())
  var keyPassphraseFile: String?

  @Option(
    name: .customLong("ssh_password_file"),
    help: "A file with the password of the SSH users, tried behind the keys. (else: ZDU_SSH_PASSWORD)",
    completion: .file())
  var passwordFile: String?

  @Flag(name: .customLong("ask_ssh_password"), help: "Ask for the password of the SSH users on the terminal.")
  var asksPassword = false

  @Option(
    name: .customLong("become_password_file"),
    help: "A file with the password that sudo wants of the SSH users on the nodes. (else: ZDU_BECOME_PASSWORD)",
    completion: .file())
  var becomePasswordFile: String?

  @Flag(name: .customLong("ask_become_password"), help: "Ask for that password on the terminal.")
  var asksBecomePassword = false

  /// The environment variables that carry them.
  static let variables = ["ZDU_KEY_PASSPHRASE", "ZDU_SSH_PASSWORD", "ZDU_BECOME_PASSWORD"]

  /// The passphrase of the SSH keys' files.
  var keyPassphrase: SecretSource {
    SecretSource(
      what: "passphrase of the SSH key", option: "--key_passphrase_file", variable: "ZDU_KEY_PASSPHRASE",
      file: keyPassphraseFile)
  }

  /// The password of the SSH users; nil where none was given or asked for.
  ///
  /// - Throws: `Failure` that names the option or variable.
  func password() throws(Failure) -> Secret? {
    let source = SecretSource(
      what: "password of the SSH users", option: "--ssh_password_file", variable: "ZDU_SSH_PASSWORD",
      file: passwordFile)
    return try asksPassword ? source.givenOrAsked() : source.given()
  }

  /// The password that sudo wants; nil where none was given or asked for.
  ///
  /// - Throws: `Failure` that names the option or variable.
  func becomePassword() throws(Failure) -> Secret? {
    let source = SecretSource(
      what: "password for sudo", option: "--become_password_file", variable: "ZDU_BECOME_PASSWORD",
      file: becomePasswordFile)
    return try asksBecomePassword ? source.givenOrAsked() : source.given()
  }

  /// The same with paths from the root.
  var absolute: LoginSecretArguments {
    var changed = self
    changed.keyPassphraseFile = keyPassphraseFile.map(PastRun.absolute)
    changed.passwordFile = passwordFile.map(PastRun.absolute)
    changed.becomePasswordFile = becomePasswordFile.map(PastRun.absolute)
    return changed
  }

  /// These, and `others` where none is given here.
  func over(_ others: LoginSecretArguments) -> LoginSecretArguments {
    var merged = others
    merged.keyPassphraseFile = keyPassphraseFile ?? others.keyPassphraseFile
    merged.passwordFile = passwordFile ?? others.passwordFile
    merged.becomePasswordFile = becomePasswordFile ?? others.becomePasswordFile
    merged.asksPassword = asksPassword || others.asksPassword
    merged.asksBecomePassword = asksBecomePassword || others.asksBecomePassword
    return merged
  }
}
