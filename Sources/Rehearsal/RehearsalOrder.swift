public import FoundationEssentials
public import Upgrade

/// What `zdupgrade rehearse` asks of `zdulab rehearse`, on its standard input.
public struct RehearsalOrder: Sendable, Hashable, Codable {
  /// How long a step takes on a node.
  public struct Delay: Sendable, Hashable, Codable {
    /// The node.
    public let node: String
    /// The step, by the name that faults have for it.
    public let step: String
    /// The time.
    public let milliseconds: Int

    /// A delay.
    public init(_ node: String, _ step: String, milliseconds: Int) {
      self.node = node
      self.step = step
      self.milliseconds = milliseconds
    }
  }

  /// The topology without anything of the real world, as a configuration file has it.
  public var topology: Setting
  /// The load balancer before the groups.
  public var balancer: RehearsalTopology.Balancer
  /// Whether zdupgrade is told of it.
  public var isBalancerTold: Bool
  /// The administrator's name.
  public var username: String
  /// The old version, where the name of its folder tells it.
  public var oldVersion: String?
  /// The new version, likewise.
  public var newVersion: String?
  /// Whether zdupgrade hands a password of Cassandra over.
  public var hasCassandraPassword: Bool
  /// What goes wrong, each as `NODE:STEP[:KIND[:ARGUMENT]]`.
  public var faults: [String]
  /// How long the steps take.
  public var delays: [Delay]
  /// How long the longest requests take that are in flight at any time, in milliseconds; 0 for none such.
  public var longestRequest: Int
  /// Whether the operator has a probe: the lab's own then ask each group with several nodes.
  public var isProbed: Bool
  /// The `zdupgrade` program.
  public var program: String
  /// Its arguments, without what the lab knows itself.
  public var arguments: [String]
  /// The folder of its logs.
  public var logs: String
  /// The lab's folder, which is not there yet.
  public var directory: String
  /// The folder that the lab removes when nobody is there any more to do it; nil where it is kept.
  public var folderToRemove: String?
  /// Requests a second, to all groups together.
  public var rate = 100

  /// An order.
  public init(
    topology: Setting, balancer: RehearsalTopology.Balancer, isBalancerTold: Bool, username: String,
    oldVersion: String?, newVersion: String?, hasCassandraPassword: Bool, faults: [String], delays: [Delay],
    longestRequest: Int, isProbed: Bool, program: String, arguments: [String], logs: String, directory: String
  ) {
    self.topology = topology
    self.balancer = balancer
    self.isBalancerTold = isBalancerTold
    self.username = username
    (self.oldVersion, self.newVersion) = (oldVersion, newVersion)
    self.hasCassandraPassword = hasCassandraPassword
    (self.faults, self.delays, self.longestRequest) = (faults, delays, longestRequest)
    self.isProbed = isProbed
    (self.program, self.arguments, self.logs, self.directory) = (program, arguments, logs, directory)
  }
}

/// What `zdulab rehearse` answers, on its standard output.
public enum RehearsalAnswer: Sendable, Codable {
  /// The upgrade was rehearsed.
  case done(RehearsalAccount)
  /// It could not be.
  case failed(Failure)
}

/// What the lab saw of a rehearsal; all else is in the run's journal.
public struct RehearsalAccount: Sendable, Codable {
  /// A step that took its time.
  public struct Taken: Sendable, Hashable, Codable {
    /// The node.
    public let node: String
    /// The step.
    public let step: String
    /// When its delay began.
    public let began: Date
    /// When that ended.
    public let ended: Date

    /// A delay that was taken.
    public init(_ node: String, _ step: String, _ began: Date, _ ended: Date) {
      (self.node, self.step, self.began, self.ended) = (node, step, began, ended)
    }
  }

  /// What became of the requests to a group.
  public struct Traffic: Sendable, Hashable, Codable {
    /// The group.
    public let group: String
    /// How many instances it has.
    public let instances: Int
    /// The requests that were answered or failed.
    public let requests: Int
    /// Those that failed.
    public let failed: Int
    /// Why, each reason once.
    public let reasons: [String]
    /// Of a group with one instance: from the first that failed to the first that succeeded after the last one; nil where
    /// none failed.
    public let interruption: [Date]?

    /// The requests to a group.
    public init(
      group: String, instances: Int, requests: Int, failed: Int, reasons: [String], interruption: [Date]?
    ) {
      (self.group, self.instances, self.requests, self.failed) = (group, instances, requests, failed)
      (self.reasons, self.interruption) = (reasons, interruption)
    }
  }

  /// What answers on an instance at the end.
  public struct Instance: Sendable, Hashable, Codable {
    /// The node.
    public let node: String
    /// The instance.
    public let instance: String
    /// The version; nil where nothing answers.
    public let version: String?

    /// An instance.
    public init(node: String, instance: String, version: String?) {
      (self.node, self.instance, self.version) = (node, instance, version)
    }
  }

  /// What zdupgrade exited with.
  public let exitCode: Int32
  /// The lab's own topology file.
  public let topology: Setting
  /// The steps that took their time.
  public let taken: [Taken]
  /// The requests, by group.
  public let traffic: [Traffic]
  /// The instances.
  public let instances: [Instance]
  /// The faults that were met.
  public let metFaults: [String]
  /// What `zdupgrade status --format json` said behind it; nil where it said nothing.
  public let status: Data?

  /// An account.
  public init(
    exitCode: Int32, topology: Setting, taken: [Taken], instances: [Instance], metFaults: [String], status: Data?,
    traffic: [Traffic]
  ) {
    (self.exitCode, self.topology, self.taken, self.traffic) = (exitCode, topology, taken, traffic)
    (self.instances, self.metFaults, self.status) = (instances, metFaults, status)
  }
}
