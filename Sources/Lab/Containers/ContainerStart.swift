import Upgrade

/// Makes a lab of containers in an empty folder, step by step.
struct ContainerStart: Sendable {
  let options: ContainerOptions
  let engine: ContainerEngine
  let directory: String

  /// Starts everything.
  ///
  /// - Throws: `Failure` of the first step that fails; what runs then is left to the caller.
  func run() async throws -> ContainerLab {
    let id = "zdulab-\(String(UInt32.random(in: 0x1000_0000 ... .max), radix: 16))"
    let nodes = options.lab.topology.nodes
    let record = ContainerRecord(
      engine: engine, containers: nodes.indices.map { "\(id)-\($0 + 1)" } + ["\(id)-balancer"], network: id)
    try record.write(directory)
    let network = try await ContainerNetwork.make(id, label: Self.label, by: engine)
    let lab = try ContainerBlueprint(options: options.lab, network: network).description(directory: directory)
    let faults = try options.lab.faults.map { text throws(Failure) in
      try Fault(parsing: text, nodes: lab.nodes.map(\.name))
    }
    try await write(lab, network)
    let started = ContainerLab(lab, record, network)
    for fault in faults { try await started.set(fault) }
    try await start(lab, record, network)
    try await started.wait(for: lab.nodes.map(\.address) + [network.balancer])
    return started
  }

  /// Marks what is a lab's, for an operator who looks at his containers.
  static let label = "zdulab=1"

  private func write(_ lab: LabDescription, _ network: ContainerNetwork) async throws {
    try lab.write()
    try await LabSecrets(lab: lab).write()
    let machine = MachineFolder(path: lab.layout.machine)
    let known = try await machine.write(lab, balancer: network.balancer)
    try TextFile.write(known.map { "\($0)\n" }.joined(), to: lab.layout.knownHosts)
    try LabTopologyFile(lab: lab, user: Machine.user, loadBalancer: balancer(lab, network)).write()
  }

  /// The driver's settings are those on the balancer's own machine, which is reached over SSH.
  private func balancer(_ lab: LabDescription, _ network: ContainerNetwork) -> Setting {
    var inside = lab
    inside.directory = MachineFolder.home
    guard case .object(var setting) = lab.balancer.stage(of: inside).setting else { return .null }
    setting["ssh"] = .object([
      "address": .string(network.balancer), "user": .string("root"), "identityFile": .string(lab.layout.userKey),
      "knownHostsFile": .string(lab.layout.knownHosts),
    ])
    return .object(setting)
  }

  private func start(_ lab: LabDescription, _ record: ContainerRecord, _ network: ContainerNetwork) async throws {
    let nodes = lab.nodes.map { (name: $0.name, host: $0.host, address: $0.address) }
    let machines = nodes + [(name: MachineFolder.balancer, host: "balancer.lab", address: network.balancer)]
    let hosts = lab.nodes.flatMap { ["--add-host", "\($0.host):\($0.address)"] }
    let mounts = try await Self.mounts(program: options.lab.program, folder: lab.layout.machine)
    for (container, machine) in zip(record.containers, machines) {
      try await engine.call(
        ["run", "--detach", "--name", container, "--label", Self.label, "--hostname", machine.host]
          + [
            "--network", network.name, "--ip", machine.address, "--mac-address",
            ContainerNetwork.hardware(machine.address),
          ] + hosts + engine.limits + mounts
          + [options.image, MachineFolder.program, "machine", "--", machine.name])
    }
  }

  /// The mounts of `zdulab` and of the libraries that no Debian package has: those of the Swift toolchain, where they are.
  private static func mounts(program: String, folder: String) async throws -> [String] {
    let needed = try await ExternalTool(path: "/usr/bin/ldd", arguments: [program]).run()
    return [(folder, MachineFolder.mount), (program, MachineFolder.program)].flatMap(mount)
      + libraryFolders(ldd: needed).flatMap { mount($0, $0) }
  }

  /// The folders of libraries outside the system's, each once, from what `ldd` prints.
  static func libraryFolders(ldd text: String) -> [String] {
    var folders: [String] = []
    for line in text.split(separator: "\n") {
      guard let arrow = line.firstRange(of: "=> /") else { continue }
      let path = line[line.index(before: arrow.upperBound)...].split(separator: " ")[0]
      guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { continue }
      let folder = String(path[..<slash])
      let isSystem = ["/lib", "/usr/lib", "/lib64"].contains { folder == $0 || folder.hasPrefix("\($0)/") }
      if !isSystem, !folders.contains(folder) { folders.append(folder) }
    }
    return folders
  }

  private static func mount(_ source: String, _ target: String) -> [String] {
    ["--mount", "type=bind,source=\(source),target=\(target),readonly"]
  }
}
