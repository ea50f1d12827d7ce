import ArgumentParser
import Upgrade
import WebMethods

/// Fills the new side's datastore from the old one.
struct GatewayReindexCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reindex", abstract: "Copy the core data, or logs and events, from the old side's datastore.",
    discussion: """
      With --config the source, its login, the properties and the version are those of the file; options go over them. \
      The core data and the logs share one status, so wait for the one before you begin the other.
      """)

  /// What is copied.
  enum Part: String, ExpressibleByArgument, CaseIterable {
    case core
    case logs
  }

  @OptionGroup var gateway: GatewayArguments
  @OptionGroup var wait: GatewayWait

  @Option(name: .customLong("data"), help: "What is copied: core or logs.")
  var part: Part

  @Option(name: .customLong("new_version"), help: "The gateway's version, like 11.0, or auto. (default: auto)")
  var newVersion: String?

  @Option(name: .customLong("source_url"), help: "The old side's datastore, like http://10.0.0.20:9240.")
  var sourceURL: String?

  @Option(name: .customLong("source_user"), help: "Who reads there.")
  var sourceUser: String?

  @Option(
    name: .customLong("source_password_file"),
    help: "With --source_user: a file with the password. (else: ZDU_SOURCE_PASSWORD, or a prompt)", completion: .file())
  var sourcePasswordFile: String?

  @Option(
    name: .customLong("property"), parsing: .singleValue,
    help: ArgumentHelp(
      "A migration property; may be repeated. apigateway.migration.srcTenantName must be there.",
      valueName: "NAME=VALUE"))
  var properties: [String] = []

  mutating func run() async throws {
    let target = try GatewayMigration.target(gateway, wait)
    let version = try version(target)
    let properties = try allProperties(target)
    let source = try source(target)
    let data: ReindexedData = part == .core ? .core : .logsAndEvents
    try await GatewayMigration.begin(.reindex, "reindex \(part.rawValue)", gateway, target, wait) {
      try await $0.startReindex(data, from: source, version: version, properties: properties)
    }
  }

  private func version(_ target: GatewayArguments.Target) throws(Failure) -> GatewayVersion? {
    guard let newVersion else { return target.settings?.new?.version }
    if newVersion == "auto" { return nil }
    guard let version = GatewayVersion(newVersion) else {
      throw Failure(.refused, "--new_version: '\(PlainText.oneLine(newVersion))' is no version like 11.0, nor auto")
    }
    do { try VersionRules.checkMajor(old: nil, new: version) } catch { throw error.inContext("--new_version") }
    return version
  }

  private func allProperties(_ target: GatewayArguments.Target) throws(Failure) -> [String: String] {
    var all = target.settings?.migration?.properties ?? [:]
    for property in properties {
      guard let sign = property.firstIndex(of: "="), sign != property.startIndex else {
        throw Failure(.refused, "--property: '\(PlainText.oneLine(property))' is not like NAME=VALUE")
      }
      all[String(property[..<sign])] = String(property[property.index(after: sign)...])
    }
    guard all[MigrationSettings.tenantKey]?.isEmpty == false else {
      throw Failure(
        .refused,
        "--property: \(MigrationSettings.tenantKey) is missing: the old side's tenant, which is never guessed",
        remedy: "add --property \(MigrationSettings.tenantKey)=NAME")
    }
    return all
  }

  private func source(_ target: GatewayArguments.Target) throws(Failure) -> ReindexSource {
    guard let sourceURL else {
      guard let source = target.settings?.source else {
        throw Failure(.refused, "--source_url: is missing: the old side's datastore")
      }
      guard sourceUser == nil, sourcePasswordFile == nil else {
        throw Failure(.refused, "--source_user: has no meaning without --source_url")
      }
      return source.source(
        password: try source.login.map { login throws(Failure) in
          try login.password.secret("password of \(login.username) on the source")
        })
    }
    guard let datastore = Datastore(url: sourceURL) else {
      let shown = sourceURL.contains("@") ? "holds a user or password" : "'\(PlainText.oneLine(sourceURL))' is no URL"
      throw Failure(.refused, "--source_url: \(shown); give it with its port, like http://10.0.0.20:9240")
    }
    if let new = target.settings?.target, new.isSame(as: datastore) {
      throw Failure(.refused, "--source_url: is the datastore of the new side itself")
    }
    guard let sourceUser else { return datastore.source(password: nil) }
    let secret = SecretSource(
      what: "password of \(sourceUser) on the source", option: "--source_password_file",
      variable: "ZDU_SOURCE_PASSWORD", file: sourcePasswordFile)
    return ReindexSource(url: sourceURL, login: .init(user: sourceUser, password: try secret.givenOrAsked()))
  }
}
