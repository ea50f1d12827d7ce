import Upgrade

/// Makes a blue-green stage in an empty folder, step by step.
struct BlueGreenStart: Sendable {
  let options: BlueGreenOptions
  let directory: String

  private var layout: BlueGreenLayout { BlueGreenLayout(directory: directory) }

  /// Starts everything.
  ///
  /// - Throws: `Failure` of the first step that fails; what runs then is left to the caller.
  func run() async throws -> BlueGreenDescription {
    try SystemProgram.check(SystemProgram.ofStage)
    let description = try describe()
    let faults = try options.faults.map { text throws(Failure) in
      try GatewayFault(parsing: text, gateways: description.nodes.map(\.name))
    }
    // First of all, so that what is left of a stage after a crash is known for one.
    try description.write()
    for folder in [layout.secrets, layout.logs, layout.nginx, layout.faults] { try TextFile.makeFolder(folder) }
    try TextFile.write("manage-\(UInt32.random(in: 0 ... .max))\n", to: layout.password)
    try TextFile.write("elastic \"§\" \(UInt32.random(in: 0 ... .max))\n", to: layout.datastorePassword)
    try TextFile.write("webhook-\(UInt32.random(in: 0 ... .max))\n", to: layout.webhookPassword)
    for fault in faults { try GatewayFaultStore(folder: layout.faults).set(fault) }
    try await fill(description)
    try await startProcesses(description)
    try await Self.balancer(description).start()
    try BlueGreenUpgradeFile(description: description).write()
    return description
  }

  /// What it is to consist of; nothing of it is made.
  func describe() throws -> BlueGreenDescription {
    let network = "127.\(Int.random(in: 1...254)).\(Int.random(in: 0...255))"
    let counts = [(true, options.oldCount), (false, options.newCount)]
    var nodes: [BlueGreenNode] = []
    for (isOld, count) in counts {
      for number in 0..<count {
        let address = "\(network).\(nodes.count + 1)"
        let port = try LoopbackPort.free(at: address)
        var quiescePort = port
        while quiescePort == port { quiescePort = try LoopbackPort.free(at: address) }
        nodes.append(
          BlueGreenNode(
            name: "\(isOld ? "Old" : "New")-\(number + 1)", isOld: isOld,
            version: isOld ? options.oldVersion : options.newVersion, address: address, port: port,
            quiescePort: quiescePort))
      }
    }
    func endpoint(_ host: Int) throws(Failure) -> String {
      "\(network).\(host):\(try LoopbackPort.free(at: "\(network).\(host)"))"
    }
    let oldDatastore = try endpoint(251)
    return BlueGreenDescription(
      directory: directory, program: options.program, nodes: nodes, balancer: try endpoint(254),
      oldDatastore: oldDatastore, newDatastore: options.isSharingDatastore ? oldDatastore : try endpoint(252),
      webhooks: try endpoint(253), username: "Administrator", datastoreUsername: "elastic", tenant: "default",
      isSharingDatastore: options.isSharingDatastore, hasPathRepo: options.hasPathRepo,
      bounceDelay: options.bounceDelay)
  }

  private func fill(_ description: BlueGreenDescription) async throws {
    let old = DatastoreFolder(path: layout.oldDatastore)
    let new = DatastoreFolder(path: layout.newDatastore)
    let options = options
    try await LoadThread.run {
      Result { () throws(Failure) in
        try old.make()
        try DocumentGenerator(tenant: description.tenant, version: options.oldVersion)
          .fill(old, count: max(options.documents, DocumentGenerator.least))
        guard !options.isSharingDatastore else { return }
        try new.make()
        // What every new installation comes with, and `clean` takes away.
        try DocumentGenerator(tenant: description.tenant, version: options.newVersion, apiPrefix: "sample-")
          .fill(new, count: DocumentGenerator.least)
      }
    }.get()
  }

  private func startProcesses(_ description: BlueGreenDescription) async throws {
    let processes = BlueGreenProcesses(description: description)
    try await processes.startDatastore(
      "datastore-old", folder: layout.oldDatastore, endpoint: description.oldDatastore)
    if !description.isSharingDatastore {
      try await processes.startDatastore(
        "datastore-new", folder: layout.newDatastore, endpoint: description.newDatastore)
    }
    let nodes = options.isStartingNew ? description.nodes : description.old
    try await withThrowingTaskGroup(of: Void.self) { group in
      for node in nodes { group.addTask { try await processes.start(node) } }
      try await group.waitForAll()
    }
  }

  /// The NGINX before the gateways; the new ones are known to it, and get nothing.
  static func balancer(_ description: BlueGreenDescription) -> BlueGreenBalancer {
    BlueGreenBalancer(description: description)
  }
}
