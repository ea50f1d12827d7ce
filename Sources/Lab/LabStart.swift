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
    try await writeSecrets(lab)
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
    let loadBalancer = try await stage(lab).start()
    try LabTopologyFile(
      lab: lab, user: servers.first?.user ?? "", loadBalancer: options.isBalancerTold ? loadBalancer : nil,
      like: options.isLikeTopology ? options.topology : nil
    ).write()
    for fault in faults { try FaultStore(layout: layout).set(fault) }
    for delay in options.delays { try DelayStore(layout: layout).set(delay) }
    return lab
  }

  private func stage(_ lab: LabDescription) -> any BalancerStage {
    switch lab.balancer {
    case .nginx: NGINXStage(lab: lab, isTold: options.isBalancerTold)
    case .haproxy: HAProxyStage(lab: lab)
    }
  }

  private func writeSecrets(_ lab: LabDescription) async throws {
    for folder in [layout.secrets, layout.keys, layout.domain, layout.served] { try TextFile.makeFolder(folder) }
    try TextFile.write("changeme-\(UInt32.random(in: 0 ... .max))\n", to: layout.password)
    try TextFile.write("Passphrase's \"§\" \(UInt32.random(in: 0 ... .max))\n", to: layout.domainPassphrase)
    _ = try await SSHKey.generate(.rsa, at: layout.userKey)
    let names = lab.nodes.map { "IP:\($0.address)" }.joined(separator: ",")
    try await ExternalTool(
      path: "/usr/bin/openssl",
      arguments: [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "3650",
        "-subj", "/CN=zdulab", "-addext", "subjectAltName=\(names)", "-keyout", layout.certificateKey, "-out",
        layout.certificate,
      ]
    ).run()
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
