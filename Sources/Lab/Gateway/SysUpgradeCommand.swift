/// The commands of `sysupgrade` with their options (spec section 7).
enum SysUpgradeCommand: String, Sendable, CaseIterable {
  case export, upgrade, apply, status, clean

  /// The file of its log; nil where it keeps none.
  var log: String? {
    switch self {
    case .export, .upgrade, .apply: "\(rawValue).log"
    case .status, .clean: nil
    }
  }

  /// The options it takes, and no others.
  var options: [ToolArguments.Option] {
    switch self {
    case .export: [.init(name: "--old_install_dir"), .init(name: "--anm_host")] + Self.login + [Self.force]
    case .upgrade:
      [
        .init(name: "--cass_host"), .init(name: "--cass_port"), .init(name: "--cass_username"),
        .init(name: "--cass_password"), .init(name: "--no_cassandra", takesValue: false), Self.trace, Self.force,
      ]
    case .apply:
      [.init(name: "--anm_host"), .init(name: "--domain_passphrase")] + Self.login + [
        .init(name: "--sign_alg", choices: ["sha1", "sha256", "sha384", "sha512"]), .init(name: "--subj_alt_name"),
        .init(name: "--skip_db_upgrade", takesValue: false), Self.trace, Self.force,
      ]
    case .status: []
    case .clean: [Self.trace]
    }
  }

  private static let login = [ToolArguments.Option(name: "--username"), .init(name: "--password")]
  private static let force = ToolArguments.Option(name: "--force", takesValue: false)
  private static let trace = ToolArguments.Option(name: "--tracelevel", choices: ["DEBUG", "INFO", "VERBOSE"])
}
