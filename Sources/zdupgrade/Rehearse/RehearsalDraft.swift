import Axway
import Foundation
import Records
import Rehearsal
import Upgrade

/// What is to be rehearsed, decided before anything is made: the operator's plan, how long its steps take, and how fast it
/// is gone through. Nothing is connected to, and no secret is read.
struct RehearsalDraft {
  let topology: Topology
  let file: String?
  let options: UpgradeOptions
  let plan: Plan
  let window: ChangeWindow?
  let durations: StepDurations
  let speed: Int
  /// What of the topology the lab gets to know.
  let stage: RehearsalTopology
  /// The groups whose interruption the operator has not accepted yet.
  let unaccepted: [String]

  /// The draft for these options.
  ///
  /// - Throws: `Failure` or `ExitCode` for what is wrong with them.
  init(_ roll: RollArguments, _ rehearsal: RehearseArguments, logDir: String) throws {
    topology = try roll.upgrade.topology()
    file = roll.upgrade.config
    window = try roll.window.window(at: Date())
    var options = try roll.upgrade.options(
      hasCassandraPassword: roll.secrets.isCassandraPasswordGiven || roll.upgrade.cassandraUsername != nil,
      forks: ControlNode.this.forks(for: topology.nodes.count))
    options.waves = try roll.waves.options()
    let draft = try Planner(topology, options)
    _ = try draft.plan()
    try Assembly.check(topology.fleet(file: file))
    unaccepted = draft.unacceptedGroups
    options.waves.acceptedDowntime += unaccepted
    let planner = try Planner(topology, options)
    try UpgradeRun.refuse(OptionRules.problems(topology, options) + planner.problems())
    self.options = options
    plan = try planner.plan()
    let nodes = topology.nodes.map(\.name)
    durations = StepDurations.assumed(options).with(try rehearsal.known(nodes: nodes, logDir: logDir))
    try UpgradeRun.refuse(durations.problems(on: nodes, options))
    speed = try rehearsal.chosenSpeed() ?? RehearsalSpeed.fitting(plan, durations)
    stage = RehearsalTopology(topology, gateSeconds: durations.seconds(.gate, on: "") / Double(speed))
  }

  /// What the lab is asked for; `roll` are the options, and `logs` and `directory` the folders of run and lab.
  ///
  /// - Throws: `Failure` when the running program is not found.
  func order(
    _ roll: RollArguments, _ rollback: RollbackPolicy, faults: [String], logs: String, directory: String
  ) throws -> RehearsalOrder {
    let nodes = topology.nodes.map(\.name)
    let isProbed = !topology.probes.isEmpty || !roll.probe.urls.isEmpty
    return RehearsalOrder(
      topology: try stage.topology.setting(), balancer: stage.balancer, isBalancerTold: stage.isBalancerTold,
      username: options.username,
      oldVersion: Self.version(of: topology.nodes.lazy.compactMap(\.oldInstallDir).first ?? options.oldInstallDir),
      newVersion: Self.version(of: topology.nodes.lazy.compactMap(\.newInstallDir).first ?? options.newInstallDir),
      hasCassandraPassword: options.cassandra.hasPassword, faults: faults,
      delays: nodes.flatMap { node in
        RehearsalStep.allCases.map {
          .init(node, $0.rawValue, milliseconds: milliseconds(durations.seconds($0, on: node)))
        }
      }, longestRequest: milliseconds(durations.longest(.drain, on: nodes)), isProbed: isProbed,
      program: try StageProgram.own(),
      arguments: RehearsedArguments(roll, options, rollback, bake: rehearsedBake, isProbed: isProbed).list, logs: logs,
      directory: directory)
  }

  /// For how many seconds is baked in the rehearsal.
  private var rehearsedBake: Int { (options.waves.bake + speed - 1) / speed }

  private func milliseconds(_ seconds: Double) -> Int { Int((seconds * 1000 / Double(speed)).rounded(.up)) }

  /// The version in the name of an installation's folder, like 7.7 in /opt/Axway-7.7; nil where there is none.
  static func version(of folder: String?) -> String? {
    guard let name = folder?.split(separator: "/").last else { return nil }
    return name.firstMatch(of: /-([0-9]+(?:\.[0-9]+)+)$/).map { String($0.1) }
  }

  /// What is otherwise than in the night.
  func differences(_ roll: RollArguments) -> [String] {
    let probes = topology.probes.count + roll.probe.urls.count
    let notices = roll.notify.urls.count + roll.notify.commands.count + (roll.notify.urlFile == nil ? 0 : 1)
    return stage.differences
      + (probes == 0 ? [] : ["probes: your URLs are not asked; each group with several instances is, in the lab"])
      + (notices == 0 ? [] : ["notifications: nobody is told"])
      + (options.waves.pauseAfter.isEmpty ? [] : ["pauses: they end at once, and your time comes on top"])
      + (unaccepted.isEmpty
        ? []
        : ["the run will ask whether \(unaccepted.map { "'\($0)'" }.listed) may be interrupted; here the answer is yes"])
      + [
        "the gateways and sysupgrade are simulated: what the vendor's software makes of your configuration shows only on a real node"
      ]
  }
}
