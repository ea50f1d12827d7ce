import Upgrade

/// Makes a lab of containers in an empty folder, step by step.
struct ContainerStart: Sendable {
  private let options: ContainerOptions
  private let engine: ContainerEngine
  private let directory: String

  /// Starts one; returns when every machine serves.
  ///
  /// - Throws: `Failure`, or `CancellationError`; what was started is removed, and the folder too.
  static func up(_ options: ContainerOptions) async throws -> ContainerLab {
    let engine = try await ContainerEngine.find(options.engine, image: options.image)
    let directory = try LabFolder.make(options.lab.directory)
    do {
      return try await ContainerStart(options: options, engine: engine, directory: directory).run()
    } catch {
      await Lab.down(directory)
      throw error
    }
  }

  private func run() async throws -> ContainerLab {
    let id = "zdulab-\(String(UInt32.random(in: 0x1000_0000 ... .max), radix: 16))"
    let nodes = options.lab.topology.nodes
    let record = ContainerRecord(
      engine: engine, containers: nodes.indices.map { "\(id)-\($0 + 1)" } + ["\(id)-balancer"], network: id)
    try record.write(directory)
    let network = try await ContainerNetwork.make(id, label: record.label, by: engine)
    let files = ContainerFiles(
      lab: try ContainerBlueprint(options: options.lab, network: network).description(directory: directory),
      network: network)
    let lab = files.lab
    let faults = try options.lab.faults.map { text throws(Failure) in
      try Fault(parsing: text, nodes: lab.nodes.map(\.name))
    }
    try await files.write()
    let started = ContainerLab(lab, record, network)
    for fault in faults { try await started.set(fault) }
    try await start(lab, record, network)
    try await started.wait(for: lab.nodes.map(\.address) + [network.balancer])
    return started
  }

  private func start(_ lab: LabDescription, _ record: ContainerRecord, _ network: ContainerNetwork) async throws {
    let nodes = lab.nodes.map { (name: $0.name, host: $0.host, address: $0.address) }
    let machines = nodes + [(name: MachineFolder.balancer, host: "balancer.lab", address: network.balancer)]
    let names = lab.nodes.map { "\($0.host):\($0.address)" } + ["cassandra.lab:\(network.balancer)"]
    let hosts = names.flatMap { ["--add-host", $0] }
    let mounts = try await Self.mounts(program: options.lab.program, folder: lab.layout.machine)
    for (container, machine) in zip(record.containers, machines) {
      try Task.checkCancellation()
      try await engine.complete(
        ["run", "--detach", "--name", container, "--label", record.label, "--hostname", machine.host]
          + [
            "--network", network.name, "--ip", machine.address, "--mac-address",
            ContainerNetwork.hardware(machine.address),
          ] + hosts + engine.limits + mounts
          + [options.image, MachineFolder.program, "machine", "--", machine.name])
    }
  }

  /// `zdulab`, and the libraries that no Debian package has: those of the Swift toolchain, where they are.
  private static func mounts(program: String, folder: String) async throws -> [String] {
    let libraries = try await LibraryFolders.needed(by: program).map { ($0, $0) }
    return ([(folder, MachineFolder.mount), (program, MachineFolder.program)] + libraries).flatMap { source, target in
      // A field of such a list may hold a comma where it stands in quotes.
      let field = source.replacing("\"", with: "\"\"")
      return ["--mount", "type=bind,\"source=\(field)\",target=\(target),readonly"]
    }
  }
}
