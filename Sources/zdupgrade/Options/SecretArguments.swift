import ArgumentParser
import Foundation
import Upgrade

/// Where the secrets come from: a file, an environment variable or a prompt; never the command line itself.
struct SecretArguments: ParsableArguments {
  @Option(
    name: .customLong("password_file"),
    help: "A file with the administrator's password. (else: ZDU_PASSWORD, or a prompt)", completion: .file())
  var passwordFile: String?

  @Option(
    name: .customLong("cass_password_file"),
    help: "A file with the Cassandra user's password. (else: ZDU_CASS_PASSWORD, or a prompt with --cass_username)",
    completion: .file())
  var cassandraPasswordFile: String?

  @Option(
    name: .customLong("domain_passphrase_file"),
    help: "A file with the passphrase of the domain's key, empty for none. (else: ZDU_DOMAIN_PASSPHRASE, or a prompt)",
    completion: .file())
  var domainPassphraseFile: String?

  @OptionGroup var login: LoginSecretArguments

  /// The environment variables that carry secrets; no program that is started here gets them.
  static let variables =
    [
      "ZDU_PASSWORD", "ZDU_CASS_PASSWORD", "ZDU_DOMAIN_PASSPHRASE", "ZDU_SOURCE_PASSWORD", "ZDU_WEBHOOK_PASSWORD",
    ] + LoginSecretArguments.variables

  private var sources: [SecretName: SecretSource] {
    [
      .password: .administrator(file: passwordFile),
      .cassandraPassword: SecretSource(
        what: "password of the Cassandra user", option: "--cass_password_file", variable: "ZDU_CASS_PASSWORD",
        file: cassandraPasswordFile),
      .domainPassphrase: SecretSource(
        what: "passphrase of the domain's key (empty for none)", option: "--domain_passphrase_file",
        variable: "ZDU_DOMAIN_PASSPHRASE", file: domainPassphraseFile, mayBeEmpty: true),
    ]
  }

  /// Whether a Cassandra password was given, without a look at it.
  var isCassandraPasswordGiven: Bool {
    sources[.cassandraPassword].map { $0.file != nil || ProcessInfo.processInfo.environment[$0.variable] != nil }
      ?? false
  }

  /// Whether a Cassandra password was given, or will have to be asked for because there is a user.
  func hasCassandraPassword(username: String?) throws(Failure) -> Bool {
    if username != nil { return true }
    return try sources[.cassandraPassword]?.given() != nil
  }

  /// The secrets of that names; those that were not given are asked for on the terminal.
  ///
  /// - Throws: `Failure` that names everything that is missing when there is no terminal.
  func secrets(_ names: [SecretName]) throws(Failure) -> [SecretName: Secret] {
    var secrets: [SecretName: Secret] = [:]
    var missing: [SecretSource] = []
    for name in names {
      guard let source = sources[name] else { continue }
      if let secret = try source.given() { secrets[name] = secret } else { missing.append(source) }
    }
    guard missing.isEmpty || Prompt.isPossible else {
      let wanted = missing.map { "the \($0.what) (\($0.option) FILE, or the variable \($0.variable))" }
      throw Failure(.refused, "there is no terminal to ask on; give \(wanted.joined(separator: "; "))")
    }
    for name in names where secrets[name] == nil { secrets[name] = try sources[name]?.ask() }
    return secrets
  }
}
