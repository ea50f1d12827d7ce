import Upgrade

/// The files of a lab in containers on the control node: what `zdupgrade` is given, and what the machines get to read.
struct ContainerFiles: Sendable {
  /// As the control node sees it.
  let lab: LabDescription
  let network: ContainerNetwork

  /// Writes them.
  ///
  /// - Throws: `Failure` of kind `.io` or `.exit`.
  func write() async throws {
    try lab.write()
    try await LabSecrets(lab: lab).write()
    let machine = MachineFolder(path: lab.layout.machine)
    let known = try await machine.write(lab, balancer: network.balancer)
    try TextFile.write(known.map { "\($0)\n" }.joined(), to: lab.layout.knownHosts)
    try LabTopologyFile(lab: lab, user: Machine.user, loadBalancer: balancer).write()
  }

  /// The driver's settings are those on the balancer's own machine, which is reached over SSH.
  private var balancer: Setting {
    var inside = lab
    inside.directory = MachineFolder.home
    guard case .object(var setting) = lab.balancer.stage(of: inside).setting else { return .null }
    setting["ssh"] = .object([
      "address": .string(network.balancer), "user": .string("root"), "identityFile": .string(lab.layout.userKey),
      "knownHostsFile": .string(lab.layout.knownHosts),
    ])
    return .object(setting)
  }
}
