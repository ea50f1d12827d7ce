import Upgrade

/// Puts a simulated installation on disk: folders, licence, and the scripts that stand for the product's programs.
struct InstallationWriter: Sendable {
  let installation: Installation
  /// What the old installations know of the domain.
  let domain: DomainFiles

  /// Writes it; the old one is in the domain from the start.
  func write() throws {
    let home = installation.home
    for folder in ["conf/licenses", "logs", "run", "posix/bin"] { try TextFile.makeFolder("\(home)/\(folder)") }
    let marker = [
      installation.side.rawValue, LabLayout.fileName(installation.node.name), installation.lab.directory, "",
    ]
    try TextFile.write(marker.joined(separator: "\n"), to: "\(home)/conf/simulation")
    try TextFile.write("simulated\n", to: "\(home)/conf/licenses/gateway.lic")
    try script("nodemanager", in: "posix/bin")
    try script("startinstance", in: "posix/bin")
    try script(ManageDomain.tool, in: "posix/bin")
    try writeSettings()
    switch installation.side {
    case .old:
      try installation.joinDomain()
      let first = installation.lab.nodes.first { $0.nodeManager == .admin }
      if installation.node.name == first?.name { try installation.holdDomainKey() }
      try domain.write(installation)
    case .new:
      try TextFile.makeFolder("\(home)/upgrade/bin/out/logs")
      try TextFile.makeFolder("\(home)/upgrade/lib")
      try script("sysupgrade", in: "upgrade/bin")
    }
  }

  /// What an operator may have changed, as it is delivered.
  private func writeSettings() throws {
    let home = installation.home
    for folder in ["ext/lib", "system/lib", "system/conf"] { try TextFile.makeFolder("\(home)/\(folder)") }
    try TextFile.write(Self.jvm, to: "\(home)/system/conf/jvm.xml")
    try TextFile.write("PK simulated\n", to: "\(home)/system/lib/apigw-common.jar")
    try TextFile.write(
      installation.side == .old ? RBACPermissions.old : RBACPermissions.new, to: "\(home)/conf/acl.json")
    guard installation.side == .new else { return }
    try TextFile.makeFolder("\(home)/\(RBACPermissions.factory)")
    try TextFile.write(RBACPermissions.old, to: "\(home)/\(RBACPermissions.factory)/acl6.json")
  }

  private static let jvm = """
    <ConfigurationFragment>
      <VMArg name="-Xmx1024m"/>
    </ConfigurationFragment>

    """

  private func script(_ tool: String, in folder: String) throws {
    let words = [installation.lab.program, "gateway", tool, "--home", installation.home].map(ShellQuoting.quote)
    // The mark, so that a tool that hangs is found even when it was not called over the lab's SSH.
    let mark = "\(LabEnvironment.mark)=\(ShellQuoting.quote(installation.lab.directory))"
    // What a crash test loads into a node's shells, to put their clock wrong, is no part of the product.
    let text = "#!/bin/sh\nunset LD_PRELOAD\nexport \(mark)\nexec \(words.joined(separator: " ")) \"$@\"\n"
    try TextFile.write(text, to: "\(installation.home)/\(folder)/\(tool)", mode: 0o700)
  }
}
