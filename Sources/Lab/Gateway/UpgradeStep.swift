import FoundationEssentials

/// `sysupgrade upgrade`: validates and converts, offline, what `export` wrote.
struct UpgradeStep: SysUpgradeStep {
  let installation: Installation
  let arguments: ToolArguments
  let output: ToolOutput

  func run() async throws {
    try admit("upgrade", after: .exported, completing: .upgraded)
    let host = arguments["--cass_host"] ?? "localhost"
    let refusal = Self.localhostRefusal("\(host):\(arguments["--cass_port"] ?? "9160")")
    if !arguments.has("--no_cassandra"), installation.lab.nodes.count > 1, Self.isLocal(host) {
      throw ToolFailure(refusal)
    }
    try checkLicence()
    output.say("Upgrading the exported configuration to API Gateway \(installation.version)")
    warn()
    // The vendor's sample of a failed upgrade, which is what an operator will compare with.
    let sample = "localhost:\(arguments["--cass_port"] ?? "9160")"
    try await meetFault(.upgrade, failingWith: "ERROR: \(Self.localhostRefusal(sample))")
    try UpgradeProgress.upgraded.write(to: installation)
    output.say("Upgrade completed successfully.")
  }

  private func warn() {
    if installation.node.nodeManager == .admin, RBACPermissions.areChanged(before: installation) {
      output.say("WARN: RBAC permissions file has been modified on old system.")
    }
    let stores = installation.node.groups.compactMap {
      TextFile.read(DomainFiles.store(of: $0, in: installation.other))
    }
    let drivers = (try? FileManager.default.contentsOfDirectory(atPath: "\(installation.home)/upgrade/lib")) ?? []
    if drivers.isEmpty, stores.contains(where: { $0.contains("jdbc:") }) {
      output.say("WARN: OAuth/KPS tables must be upgraded in the following external databases: [u'jdbc:simulated']")
    }
  }

  /// Whether `host` is this machine for whoever reads it.
  static func isLocal(_ host: String) -> Bool {
    let name = host.lowercased().trimming { "[]".contains($0) }
    return name == "localhost" || name == "::1" || name.hasPrefix("127.")
  }

  private static func localhostRefusal(_ server: String) -> String {
    "This is a multi-node upgrade and a localhost Cassandra server: \(server) has been specified.\n"
      + "You must use a network accessible address. Run sysupgrade upgrade -h for details."
  }

  private func checkLicence() throws {
    let folder = "\(installation.home)/conf/licenses"
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    guard files.contains(where: { $0.hasSuffix(".lic") }) else {
      throw ToolFailure("A LicenseException (no license file found in \(folder)) occurred while checking licenses")
    }
  }
}

extension String {
  fileprivate func trimming(_ isUnwanted: (Character) -> Bool) -> String {
    let start = drop(while: isUnwanted)
    return String(start.reversed().drop(while: isUnwanted).reversed())
  }
}
