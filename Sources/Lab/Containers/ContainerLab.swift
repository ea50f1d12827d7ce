import Upgrade

/// A lab whose nodes are containers, with another one for the load balancer: each has files, processes and an address of
/// its own, and the same paths. Nothing is shared but what an operator of real nodes would have put on each of them.
struct ContainerLab: Sendable {
  /// What it consists of, as the control node sees it.
  let description: LabDescription
  private let record: ContainerRecord
  private let network: ContainerNetwork

  init(_ description: LabDescription, _ record: ContainerRecord, _ network: ContainerNetwork) {
    self.description = description
    self.record = record
    self.network = network
  }

  /// Removes all of it.
  func down() async { await Lab.down(description.directory) }

  private func container(_ node: LabNode) -> String {
    record.containers[description.nodes.firstIndex(of: node) ?? 0]
  }

  /// Has `fault` befall `node`.
  func strike(_ fault: ContainerFault, _ node: LabNode) async throws {
    let container = container(node)
    switch fault {
    case .pause: try await record.engine.call(["pause", container])
    case .kill: try await record.engine.call(["kill", container])
    case .disconnect: try await record.engine.call(["network", "disconnect", network.name, container])
    }
  }

  /// Undoes what has befallen `node`, and returns when its sshd answers.
  func heal(_ fault: ContainerFault, _ node: LabNode) async throws {
    let container = container(node)
    switch fault {
    case .pause: try await record.engine.call(["unpause", container])
    case .kill: try await record.engine.call(["start", container])
    case .disconnect:
      // Docker has no such option there, and tells the others of the new hardware address itself.
      let hardware = record.engine.isPodman ? ["--mac-address", ContainerNetwork.hardware(node.address)] : []
      try await record.engine.call(
        ["network", "connect", "--ip", node.address] + hardware + [network.name, container])
    }
    try await wait(for: [node.address])
  }

  /// Runs a program on `node`, past SSH, and gives what it printed.
  func run(_ words: [String], on node: LabNode) async throws -> String {
    try await record.engine.call(["exec", container(node)] + words)
  }

  /// Returns when an sshd answers at each of `addresses`.
  ///
  /// - Throws: `Failure` of kind `.timeout`, or `.exit` where a container has ended, with what the containers have printed.
  func wait(for addresses: [String]) async throws {
    let limit = Duration.seconds(60)
    var ended: [String] = []
    let missing = await Waiting.missing(within: limit) {
      let missing = addresses.filter { !LoopbackPort.isListening("\($0):\(ContainerBlueprint.sshPort)", within: 200) }
      guard !missing.isEmpty, !Task.isCancelled else { return [] }
      ended = await record.containers.concurrentMap { await record.engine.hasEnded($0) ? [$0] : [] }.flatMap { $0 }
      return ended.isEmpty ? missing : []
    }
    try Task.checkCancellation()
    guard missing != nil || !ended.isEmpty else { return }
    var words: [String] = []
    for container in ended.isEmpty ? record.containers : ended {
      words += await record.engine.lastLines(of: container).map { "\(container): \($0)" }
    }
    guard let missing, ended.isEmpty else {
      throw Failure(.exit, "start the containers: \(ended.joined(separator: ", ")) has ended", evidence: words)
    }
    throw Failure(
      .timeout, "start the containers: after \(limit.inSeconds) no sshd at \(missing.joined(separator: ", "))",
      evidence: words)
  }

  /// What it consists of, for whoever looks on.
  var text: String {
    let nodes = zip(description.nodes, record.containers).map {
      [$0.name, $1, $0.address, $0.groups.joined(separator: ", ")]
    }
    let balancer = [description.balancer.title, record.containers.last ?? "", network.balancer, "the load balancer"]
    return PlainTable(header: ["MACHINE", "CONTAINER", "ADDRESS", "GROUP"], rows: nodes + [balancer]).text
  }

  /// Sets a fault of the simulated programs; they see it at once.
  func set(_ fault: Fault) async throws {
    try faults.set(fault)
    // The machines have it mounted, and it is read there by the gateways' user.
    try await ExternalTool(path: "/bin/chmod", arguments: ["-R", "a+rX", "--", faults.layout.faults]).run()
  }

  /// Forgets all faults.
  func clearFaults() { faults.clear() }

  private var faults: FaultStore { FaultStore(layout: MachineFolder(path: description.layout.machine).layout) }
}
