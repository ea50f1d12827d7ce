import ArgumentParser
import Axway
import Lab
import Upgrade

/// The options that say what a lab is to be.
struct LabShape: ParsableArguments {
  @Option(name: .customLong("nodes"), help: "The number of nodes, 1 to 500; 3 are the vendor's reference topology.")
  var nodes: Int?

  @Option(
    name: .customLong("groups"), help: "The number of groups that --nodes are divided into; default: the standard ones."
  )
  var groups: Int?

  @Option(name: .customLong("balancer"), help: "The load balancer before the groups.")
  var balancer = LabBalancer.nginx

  @Option(
    name: .customLong("config"), help: "A topology file of zdupgrade: the lab gets its nodes, groups and names.",
    completion: .file())
  var config: String?

  @Option(
    name: .customLong("dir"), help: "The lab's folder, empty or not there yet; default: a new temporary one.",
    completion: .directory)
  var directory: String?

  @Option(name: .customLong("old_version"), help: "The version of the old installations.")
  var oldVersion = "7.5.3"

  @Option(name: .customLong("new_version"), help: "The version of the new installations.")
  var newVersion = "7.7"

  @Option(
    name: .customLong("shutdown_delay"),
    help: "Milliseconds that an instance goes on serving after a stop began, its /healthchecklb at 503.")
  var shutdownDelay = 0

  @Option(
    name: .customLong("fault"),
    help: ArgumentHelp("Something that goes wrong; repeatable.", valueName: "NODE:STEP[:KIND[:ARGUMENT]]"))
  var faults: [String] = []

  @Option(
    name: .customLong("delay"),
    help: ArgumentHelp(
      "How long a step takes on a node over what it takes itself; repeatable.", valueName: "NODE:STEP:MILLISECONDS"))
  var delays: [String] = []

  func validate() throws {
    if nodes != nil && config != nil { throw ValidationError("--nodes and --config exclude one another.") }
    if let nodes, !LabTopology.nodeLimits.contains(nodes) { throw ValidationError("--nodes must be 1 to 500.") }
    if let groups {
      guard let nodes else { throw ValidationError("--groups needs --nodes.") }
      guard (1...nodes).contains(groups) else { throw ValidationError("--groups must be 1 to the number of nodes.") }
    }
    guard (0...60_000).contains(shutdownDelay) else { throw ValidationError("--shutdown_delay must be 0 to 60000.") }
  }

  /// The options of the library.
  func options() throws -> LabOptions {
    var options = LabOptions(topology: try topology(), program: try RunningProgram.path())
    options.directory = directory
    options.balancer = balancer
    options.oldVersion = oldVersion
    options.newVersion = newVersion
    options.shutdownDelay = shutdownDelay
    options.faults = faults
    let nodes = options.topology.nodes.map(\.name)
    options.delays = try delays.map { try StepDelay(parsing: $0, nodes: nodes) }
    return options
  }

  private func topology() throws -> Topology {
    if let nodes, let groups { return LabTopology.grouped(nodes: nodes, groups: groups) }
    guard let config else { return LabTopology.standard(nodes: nodes ?? 3) }
    return try TopologyBuilder.topology(file: config)
  }
}

extension LabBalancer: ExpressibleByArgument {}
