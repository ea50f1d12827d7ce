import Axway
import Upgrade

/// Makes a lab in an empty folder, step by step.
struct LabStart: Sendable {
  let options: LabOptions
  let directory: String

  private var layout: LabLayout { LabLayout(directory: directory) }

  /// Starts everything.
  ///
  /// - Throws: `Failure` of the first step that fails; what runs then is left to the caller.
  func run() async throws -> LabDescription {
    try SystemProgram.check(SystemProgram.ofLab(behind: options.balancer))
    var lab = try LabBlueprint(options: options, directory: directory).description()
    let faults = try options.faults.map { text throws(Failure) in
      try Fault(parsing: text, nodes: lab.nodes.map(\.name))
    }
    // First of all, so that what is left of a lab after a crash is known for one.
    try lab.write()
    try await LabSecrets(lab: lab).write()
    for folder in [layout.domain, layout.served] { try TextFile.makeFolder(folder) }
    let domain = try DomainFiles(lab)
    for node in lab.nodes {
      for side in Side.allCases {
        try InstallationWriter(installation: Installation(side, of: node, in: lab), domain: domain).write()
      }
    }
    let servers = try await startSSH(lab)
    for index in lab.nodes.indices { lab.nodes[index].sshPort = servers[index].port }
    try lab.write()
    try TextFile.write(servers.flatMap(\.knownHostsLines).map { "\($0)\n" }.joined(), to: layout.knownHosts)
    try await startProcesses(lab)
    try await CassandraStandIn(lab: lab).start()
    let balancer = lab.balancer.stage(of: lab, isTold: options.isBalancerTold)
    try await balancer.start()
    try LabTopologyFile(
      lab: lab, user: servers.first?.user ?? "", loadBalancer: options.isBalancerTold ? balancer.setting : nil,
      like: options.isLikeTopology ? options.topology : nil
    ).write()
    for fault in faults { try FaultStore(layout: layout).set(fault) }
    for delay in options.delays { try DelayStore(layout: layout).set(delay) }
    return lab
  }

  private func startSSH(_ lab: LabDescription) async throws -> [SSHServer] {
    try await eachOf(lab.nodes, atOnce: 4) { try await LabSSH(lab: lab).start($0) }
  }

  /// The old installations' processes.
  private func startProcesses(_ lab: LabDescription) async throws {
    let controls = lab.nodes.flatMap { node in
      let installation = Installation(.old, of: node, in: lab)
      return installation.services.map {
        ServiceControl(installation: installation, service: $0, output: ToolOutput(isPrinting: false))
      }
    }
    _ = try await eachOf(controls, atOnce: 4) { control in
      do {
        try await control.start()
      } catch let failure as ToolFailure {
        throw Failure(.exit, "start \(control.service.title) on \(control.installation.node.name): \(failure.text)")
      }
    }
  }

  private func eachOf<Input: Sendable, Output: Sendable>(
    _ inputs: [Input], atOnce limit: Int, _ work: @escaping @Sendable (Input) async throws -> Output
  ) async throws -> [Output] {
    try await inputs.concurrentMap(atOnce: limit) { input -> Result<Output, any Error> in
      do { return .success(try await work(input)) } catch { return .failure(error) }
    }.map { try $0.get() }
  }
}
