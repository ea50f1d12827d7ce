import Axway

/// What a lab is to be.
public struct LabOptions: Sendable {
  /// The nodes, groups and kinds of Node Managers; addresses and folders in it are replaced by the lab's own.
  public var topology: Topology
  /// The load balancer before the groups.
  public var balancer = LabBalancer.nginx
  /// The lab's folder; it must be empty or not be there. Nil takes a new one in the folder for temporary files.
  public var directory: String?
  /// The version of the old installations.
  public var oldVersion = "7.5.3"
  /// The version of the new installations.
  public var newVersion = "7.7"
  /// The administrator's name.
  public var username = "admin"
  /// How long steps take over what they take themselves.
  public var delays: [StepDelay] = []
  /// Whether the lab's topology file has what `topology` says beyond nodes and groups: which instances have a health
  /// check, floors and gates.
  public var isLikeTopology = false
  /// Whether that file has the load balancer.
  public var isBalancerTold = true
  /// Faults to begin with, as `NODE:STEP[:KIND[:ARGUMENT]]`.
  public var faults: [String] = []
  /// How long an instance goes on serving after a stop has begun, in milliseconds (the product's own default is 10 s).
  public var shutdownDelay = 0
  /// The `zdulab` program, which simulates the product.
  public var program: String

  /// A lab like `topology` whose simulated programs are run by `program`.
  public init(topology: Topology = LabTopology.standard(nodes: 3), program: String) {
    self.topology = topology
    self.program = program
  }
}
