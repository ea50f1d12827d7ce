import Glibc
import Upgrade

/// The folder that each machine of a lab gets to read: what it needs to know of the lab, and no key of the operator's.
struct MachineFolder: Sendable {
  /// Where it is on the control node.
  let path: String

  /// Where the machines have it.
  static let mount = "/srv/zdulab"
  /// The folder that each machine keeps its own part of the lab in.
  static let home = "/var/lib/zdulab"
  /// Where the machines have `zdulab`.
  static let program = "/usr/local/bin/zdulab"
  /// The name of the load balancer among the machines.
  static let balancer = "balancer"

  /// The faults stand here, where the machines see them at once.
  var layout: LabLayout { LabLayout(directory: path) }

  var authorizedKeys: String { "\(path)/ssh/authorized_keys" }
  func hostKey(of machine: String) -> String { "\(path)/ssh/\(LabLayout.fileName(machine))" }

  /// Writes it for the machines of `lab`, whose secrets are there.
  ///
  /// - Returns: the lines of a `known_hosts` file: all host keys are made here, so that nobody needs to take one on trust.
  /// - Throws: `Failure` of kind `.io` or `.exit`.
  func write(_ lab: LabDescription, balancer: String) async throws -> [String] {
    var inside = lab
    inside.directory = Self.home
    inside.program = Self.program
    for folder in ["ssh", "keys", "secrets", "faults"] { try TextFile.makeFolder("\(path)/\(folder)") }
    // In a machine the faults are read by the gateways' user; here the lab's folder is closed to others.
    chmod(path, 0o755)
    try inside.write(to: layout.description)
    for (from, to) in [
      (lab.layout.password, layout.password), (lab.layout.domainPassphrase, layout.domainPassphrase),
      (lab.layout.certificate, layout.certificate), (lab.layout.certificateKey, layout.certificateKey),
    ] {
      try TextFile.write(TextFile.read(from) ?? "", to: to)
    }
    try TextFile.write("\(SSHKey(at: lab.layout.userKey).publicKey)\n", to: authorizedKeys, mode: 0o644)
    var known: [String] = []
    for (name, address) in lab.nodes.map({ ($0.name, $0.address) }) + [(Self.balancer, balancer)] {
      known.append("\(address) \(try await SSHKey.generate(.ed25519, at: hostKey(of: name)).publicKey)")
    }
    return known
  }
}
