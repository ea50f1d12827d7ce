import Upgrade

/// The domain to upgrade: its nodes in the order of the file, and what stands in front of them.
///
/// Source: the vendor's reference configuration (`config/topology.json` of the original scripts); the format is ours
/// and has nothing to do with the gateway's own `topology.json`.
public struct Topology: Sendable, Hashable, Codable {
  /// Which kind of Node Manager a node has.
  public enum NodeManager: String, Sendable, Hashable, Codable, CaseIterable {
    /// An Admin Node Manager, which can administer the domain.
    case admin
    /// A plain Node Manager.
    case node
  }

  /// One API Gateway instance.
  public struct Instance: Sendable, Hashable, Codable {
    /// The instance's name, as `startinstance -n` takes it.
    public let name: String
    /// The group it belongs to, as `startinstance -g` takes it.
    public let group: String
    /// Where its health check answers, for example `http://10.0.0.11:8080/healthcheck`.
    public let healthURL: String?

    /// An instance.
    public init(name: String, group: String, healthURL: String? = nil) {
      self.name = name
      self.group = group
      self.healthURL = healthURL
    }
  }

  /// How a node is reached.
  public typealias SSH = SSHSettings

  /// What holds for a group.
  public struct GroupSettings: Sendable, Hashable {
    /// How many of its nodes must go on serving.
    public let capacity: CapacityRule?
    /// The gates before and after each of its nodes.
    public let hooks: [Gate]

    /// Settings of a group.
    public init(capacity: CapacityRule? = nil, hooks: [Gate] = []) {
      self.capacity = capacity
      self.hooks = hooks
    }
  }

  /// One node: a machine with a Node Manager and instances.
  public struct Node: Sendable, Hashable, Codable {
    /// The node's name: unique, and the one in every log and table.
    public let name: String
    /// The host name as the domain's topology has it.
    public let host: String
    /// The kind of its Node Manager.
    public let nodeManager: NodeManager
    /// Its instances, in the order in which they are started.
    public let instances: [Instance]
    /// How it is reached: its own settings over the file-wide ones.
    public let ssh: SSH
    /// The old installation on this node, where it differs from the option's.
    public let oldInstallDir: String?
    /// The new installation on this node, where it differs from the option's.
    public let newInstallDir: String?
    /// The node's name in the load balancer.
    public let loadBalancerServer: String?
    /// The gates before and after this node.
    public var hooks: [Gate] = []

    private enum CodingKeys: CodingKey {
      case name, host, nodeManager, instances, ssh, oldInstallDir, newInstallDir, loadBalancerServer
    }

    /// A node.
    public init(
      name: String, host: String, nodeManager: NodeManager, instances: [Instance], ssh: SSH = SSH(),
      oldInstallDir: String? = nil, newInstallDir: String? = nil, loadBalancerServer: String? = nil, hooks: [Gate] = []
    ) {
      self.name = name
      self.host = host
      self.nodeManager = nodeManager
      self.instances = instances
      self.ssh = ssh
      self.oldInstallDir = oldInstallDir
      self.newInstallDir = newInstallDir
      self.loadBalancerServer = loadBalancerServer
      self.hooks = hooks
    }

    /// The groups of its instances, each once.
    public var groups: [String] {
      var seen: [String] = []
      for instance in instances where !seen.contains(instance.group) { seen.append(instance.group) }
      return seen
    }

    /// The node as the engine and the load balancers see it.
    public var node: Upgrade.Node {
      Upgrade.Node(
        name: name, host: host, groups: groups, loadBalancerServer: loadBalancerServer,
        healthURLs: instances.compactMap(\.healthURL), become: ssh.become)
    }
  }

  /// The nodes, in the order of the file.
  public let nodes: [Node]
  /// How hosts are reached where they have no settings of their own.
  public let ssh: SSH
  /// What the file says about the load balancer: an object with `driver` and the driver's own keys; nil for none.
  public let loadBalancer: Setting?
  /// The same for several that all send requests to the nodes, as a pair does; nil where there is one or none.
  public let loadBalancers: [Setting]?
  /// What holds for single groups, by name.
  public var groupSettings: [String: GroupSettings] = [:]
  /// The gates of the run and of every node.
  public var hooks: [Gate] = []
  /// What is asked through the load balancer during the run.
  public var probes: [Probe] = []
  /// Whose certificates the nodes' health checks may have.
  public var healthCheckTrust = TLSTrust()

  /// What is written for a lab, which has capacity, hooks and probes of its own.
  private enum CodingKeys: CodingKey {
    case nodes, ssh, loadBalancer, loadBalancers
  }

  /// A topology; that it makes sense is checked by `TopologyBuilder`.
  public init(
    nodes: [Node], ssh: SSH = SSH(), loadBalancer: Setting? = nil, loadBalancers: [Setting]? = nil,
    groupSettings: [String: GroupSettings] = [:], hooks: [Gate] = []
  ) {
    self.nodes = nodes
    self.ssh = ssh
    self.loadBalancer = loadBalancer
    self.loadBalancers = loadBalancers
    self.groupSettings = groupSettings
    self.hooks = hooks
  }

  /// The reference configuration of the vendor's scripts, which is used without `--config`.
  public static let reference = Topology(nodes: [
    reference("Node-A", .admin, Instance(name: "Gateway-1", group: "Gateway Group")),
    reference("Node-B", .node, Instance(name: "Gateway-2", group: "Gateway Group")),
    reference("Node-C", .admin, Instance(name: "GatewayManager-1", group: "GatewayManager Group")),
  ])

  private static func reference(_ name: String, _ manager: NodeManager, _ instance: Instance) -> Node {
    Node(name: name, host: name, nodeManager: manager, instances: [instance])
  }
}
