import Glibc
import Upgrade

/// What runs first in a container: makes of it a node, or the load balancer, of a lab, and goes on as its sshd.
///
/// Started for the first time it writes the installations and starts the old processes. Started again, as after a power
/// cut, it starts only sshd, and the load balancer: no gateway starts by itself.
public struct Machine: Sendable {
  /// The user of the gateways.
  static let user = "axway"
  /// The port of Cassandra's native protocol, its default.
  private static let cassandraPort = 9042

  private let folder: MachineFolder
  private let name: String

  /// The machine `name`, a node's name or `balancer`, of the lab whose folder is mounted here.
  public init(_ name: String) {
    self.name = name
    folder = MachineFolder(path: MachineFolder.mount)
  }

  /// Sets it up and becomes its sshd; does not return but by throwing.
  ///
  /// - Throws: `Failure` when something does not start.
  public func run() async throws {
    let lab = try LabDescription.read(folder.path)
    let isNew = !TextFile.exists(lab.layout.description)
    if isNew { try await settle(lab) }
    if let node = lab.node(name) {
      if isNew { try await startProcesses(lab, node) }
    } else if name == MachineFolder.balancer {
      let stage = lab.balancer.stage(of: lab)
      try await isNew ? stage.start() : stage.startAgain()
      try await startCassandra()
    } else {
      throw Failure(.refused, "the lab has no machine '\(name)'")
    }
    try becomeSSHServer()
  }

  private func settle(_ lab: LabDescription) async throws {
    let layout = lab.layout
    for folder in [layout.domain, layout.served] { try TextFile.makeFolder(folder) }
    try await ExternalTool(
      path: "/bin/cp", arguments: ["-R", "--", folder.layout.keys, folder.layout.secrets, lab.directory]
    ).run()
    guard symlink(folder.layout.faults, layout.faults) == 0 else {
      throw Failure(.io, "link \(layout.faults): \(String(cString: strerror(errno)))")
    }
    if let node = lab.node(name) {
      let installations = Side.allCases.map { Installation($0, of: node, in: lab) }
      let domain = try DomainFiles(lab)
      for installation in installations {
        try InstallationWriter(installation: installation, domain: domain).write()
      }
      let folders = Side.allCases.map { lab.installDir($0, of: node.name) } + [lab.directory]
      try await ExternalTool(path: "/bin/chown", arguments: ["-R", "\(Self.user):\(Self.user)"] + folders).run()
      // sysupgrade and its kin are read there by the gateways' user.
      for folder in folders { chmod(folder, 0o755) }
    }
    // Last: what is there is whole.
    try lab.write()
    chmod(layout.description, 0o644)
  }

  /// As the gateways' user, by the installation's own programs.
  private func startProcesses(_ lab: LabDescription, _ node: LabNode) async throws {
    let bin = "\(Installation(.old, of: node, in: lab).home)/posix/bin"
    let calls =
      [["\(bin)/nodemanager", "-d"]]
      + node.instances.map { ["\(bin)/startinstance", "-n", $0.name, "-g", $0.group, "-d"] }
    for call in calls {
      let identity = ["--reuid=\(Self.user)", "--regid=\(Self.user)", "--init-groups", "--reset-env"]
      try await ExternalTool(path: "/usr/bin/setpriv", arguments: identity + call).run()
    }
  }

  /// What stands for Cassandra takes connections, beside the load balancer; an upgrade only asks whether it does.
  private func startCassandra() async throws {
    let listen = "socat TCP-LISTEN:\(Self.cassandraPort),fork,reuseaddr SYSTEM:cat </dev/null >/dev/null 2>&1 &"
    try await ExternalTool(path: "/bin/sh", arguments: ["-c", listen]).run()
  }

  private func becomeSSHServer() throws {
    // sshd takes no key that others may read, and the mounted one is the control node's.
    let key = "/etc/ssh/host_key"
    try TextFile.write(TextFile.read(folder.hostKey(of: name)) ?? "", to: key)
    try TextFile.write(TextFile.read(folder.authorizedKeys) ?? "", to: "/etc/ssh/authorized_keys", mode: 0o644)
    mkdir("/run/sshd", 0o755)
    let settings = [
      "AuthorizedKeysFile=/etc/ssh/authorized_keys", "PasswordAuthentication=no", "UsePAM=no", "PrintMotd=no",
      "PermitRootLogin=prohibit-password", "UseDNS=no",
    ]
    let words = ["/usr/sbin/sshd", "-D", "-e", "-h", key] + settings.flatMap { ["-o", $0] }
    let arguments = words.map { strdup($0) } + [nil]
    execv(words[0], arguments)
    throw Failure(.io, "start sshd: \(String(cString: strerror(errno)))")
  }
}
