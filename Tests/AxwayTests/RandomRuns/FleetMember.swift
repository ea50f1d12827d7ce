import Axway

/// A Node Manager, or an instance where it has a name.
struct FleetProcess: Hashable, Sendable {
  let installation: CommandBuilder.Installation
  let instance: String?
}

/// What a command means on a node of the fleet.
enum FleetCommand: Hashable, Sendable {
  case export, upgrade, apply
  case service(FleetProcess, CommandBuilder.Service)
  case look(FleetProcess)

  /// Whether it changes nothing.
  var isLook: Bool {
    switch self {
    case .look, .service(_, .status): true
    default: false
    }
  }

  /// All that `builder` makes for `node`, by the line that the node gets.
  static func all(_ node: Topology.Node, _ builder: CommandBuilder, _ text: (FleetCommand) throws -> String) rethrows
    -> [String: FleetCommand]
  {
    var commands: [FleetCommand] = [.export, .upgrade, .apply]
    for installation in [CommandBuilder.Installation.old, .new] {
      for instance in [nil] + node.instances.map(Optional.some) {
        let process = FleetProcess(installation: installation, instance: instance?.name)
        commands += [.service(process, .start), .service(process, .stop), .service(process, .status), .look(process)]
      }
    }
    return try Dictionary(uniqueKeysWithValues: commands.map { (try text($0), $0) })
  }
}

/// One node of the in-memory fleet, as it really is.
struct FleetMember: Sendable {
  let node: Topology.Node
  /// Whether it served nobody before the run.
  let isFoundDown: Bool
  /// How many requests are in flight to it while it serves.
  let load: Int
  /// Whether these requests never end.
  let isStuck: Bool
  /// How far sysupgrade is.
  var sysupgrade: SysupgradeState
  /// What runs.
  var running: Set<FleetProcess> = []
  /// What runs and will have ended at that time.
  var ending: [FleetProcess: Duration] = [:]
  /// Whether the load balancer shall give it requests.
  var isEnabled = true
  var inFlight = 0
  /// The installations whose health checks are not answered with 200.
  var sick: Set<CommandBuilder.Installation>
  var isDead = false
  /// The operation after which it died or fell sick by itself.
  var failedByItself: Int?
  /// The operation after which the run last began to look whether it serves.
  var lookedAt = 0

  init(
    _ node: Topology.Node, isFoundDown: Bool, load: Int, isStuck: Bool, sysupgrade: SysupgradeState,
    sick: Set<CommandBuilder.Installation>
  ) {
    self.node = node
    self.isFoundDown = isFoundDown
    self.load = load
    self.isStuck = isStuck
    self.sysupgrade = sysupgrade
    self.sick = sick
    running = processes(.old)
  }

  /// All processes of an installation.
  func processes(_ installation: CommandBuilder.Installation) -> Set<FleetProcess> {
    Set(([nil] + node.instances.map { $0.name }).map { FleetProcess(installation: installation, instance: $0) })
  }

  /// Whether nothing of an installation runs.
  func isStopped(_ installation: CommandBuilder.Installation) -> Bool {
    running.isDisjoint(with: processes(installation))
  }

  /// Whether everything of an installation runs.
  func isRunning(_ installation: CommandBuilder.Installation) -> Bool {
    running.isSuperset(of: processes(installation))
  }

  /// Whether an instance answers its health check with 200.
  func isHealthy(_ instance: String) -> Bool {
    !isDead
      && [CommandBuilder.Installation.old, .new].contains {
        !sick.contains($0) && running.contains(FleetProcess(installation: $0, instance: instance))
      }
  }

  /// Whether every instance could serve.
  var isHealthy: Bool { node.instances.allSatisfy { isHealthy($0.name) } }

  /// Whether it gets requests and answers them.
  var isServing: Bool { isEnabled && isHealthy && !node.instances.isEmpty }

  /// Whether somebody who asks could notice that it does not serve.
  func isVisible(toBalancer: Bool) -> Bool { toBalancer || node.instances.contains { $0.healthURL != nil } }

  /// Whether the new version is all there and gets its requests.
  var isUpgraded: Bool {
    sysupgrade == .applied && isRunning(.new) && isStopped(.old) && (isEnabled || node.instances.isEmpty)
  }

  /// Whether the old version is all there and gets its requests.
  var isAsBefore: Bool { isRunning(.old) && isStopped(.new) && (isEnabled || node.instances.isEmpty) }

  /// Has what was to end by `time` end.
  mutating func pass(to time: Duration) {
    guard !ending.isEmpty else { return }
    for (process, end) in ending where end <= time {
      running.remove(process)
      ending[process] = nil
    }
  }
}
