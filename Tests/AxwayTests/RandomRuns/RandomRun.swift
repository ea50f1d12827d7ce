import Synchronization
import TestDoubles

@testable import Axway
@testable import Upgrade

/// One random case: the real planner, conductor and executor on a fleet in memory.
final class RandomRun: Sendable {
  private let scenario: Scenario
  private let hasProblems: Bool
  private let plan: Plan
  private let fleet: Fleet
  private let control: RunControl
  private let trace: Mutex<RunTrace>
  private let conductor = Mutex<Conductor?>(nil)

  init(seed: UInt64) throws {
    var maker = ScenarioMaker(seed: seed)
    scenario = try maker.scenario()
    let planner = try Planner(scenario.topology, scenario.options)
    plan = try planner.plan(observed: scenario.observed)
    hasProblems = !planner.problems(observed: scenario.observed).isEmpty
    fleet = Fleet(scenario, plan)
    control = RunControl(onBreach: scenario.reaction)
    trace = Mutex(RunTrace(plan))
  }

  /// Walks the plan and returns the rules that were broken.
  func violations() async -> [String] {
    let runner = CommandRunner(
      handler: fleet, secrets: Scenario.secrets, diagnosis: SysupgradeDiagnosis(), journal: self)
    let gateRunner = CommandRunner(
      handler: FleetGates(fleet: fleet), secrets: [:], diagnosis: NoDiagnosis(), journal: self)
    let balancer = FleetBalancer(fleet: fleet)
    let probe = FleetHealth(fleet: fleet)
    let executor = CommandExecutor(
      runner: runner, balancer: balancer, probe: probe,
      gates: GateKeeper(runner: gateRunner, journal: self, clock: fleet.clock), journal: self, clock: fleet.clock)
    let check = ServingCheck(balancer: balancer, probe: probe, clock: fleet.clock)
    let conductor = Conductor(
      executor: executor, journal: self, rollbackHelper: StandardRollbackHelper(scenario.policy), control: control,
      watch: FleetWatch(fleet: fleet, check: check), clock: fleet.clock)
    self.conductor.withLock { $0 = conductor }
    let status = await conductor.run(plan)
    self.conductor.withLock { $0 = nil }
    try? await fleet.clock.sleep(for: .seconds(60))
    let breach = await control.openBreach
    let isStopped = await control.end != nil
    let trace = trace.withLock { $0 }
    let state = fleet.snapshot
    return state.violations + trace.violations
      + RunVerdict(
        scenario: scenario, trace: trace, state: state, status: status, hasBreach: breach != nil,
        isStopped: isStopped, hasProblems: hasProblems
      ).violations
  }
}

extension RandomRun: Journal {
  func record(_ event: Event) async {
    if case .output = event { return }
    let count = trace.withLock { trace in
      trace.take(event)
      return trace.count
    }
    if case .phaseEnded(let node, .rollback, .passed) = event { checkRollback(of: node) }
    if case .runEnded = event { return }
    for trigger in scenario.triggers where trigger.event == count { await pull(trigger.act) }
    if case .paused = event {
      if scenario.isPatient { await control.goOn() } else { await control.stop(because: "enough") }
    }
  }

  private func pull(_ act: Scenario.Trigger.Act) async {
    switch act {
    case .breach:
      if scenario.reaction == .rollback { trace.withLock { $0.noteRollbackBreach() } }
      await conductor.withLock { $0 }?.react(to: Breach("too many failed probes"))
    case .stop: await control.stop(because: "the operator wants it")
    case .die(let node): fleet.die(node)
    case .fallSick(let node): fleet.fallSick(node)
    }
  }

  /// A rollback that has passed has left the node as it was.
  private func checkRollback(of node: String) {
    guard let member = fleet.snapshot.members[node], !member.isDead else { return }
    // Before apply was begun, the rollback has no need to look at the new processes: nothing has started them.
    if !member.isAsBefore { fleet.violate("\(node): its rollback has passed, and it is not as before") }
  }
}
