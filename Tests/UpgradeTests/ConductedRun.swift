import Foundation
import Synchronization
import TestDoubles
import Upgrade

/// A run of the conductor over three nodes of one group, in which something happens at a chosen step or event.
protocol ConductedRuns {}

extension ConductedRuns {
  static var roll: Phase { Phase("ROLL", banner: "ROLL", failure: Status("ROLL_FAILED", 73), isDisruptive: true) }

  static func steps(_ node: String) -> [Step] {
    func step(_ title: String, _ action: Action, undo: [Act] = []) -> Step {
      Step(node, roll, Act(title, action), undo: undo)
    }
    let command = Action.run(Command("/bin/x"), timeout: nil)
    let back = [Act("in", .balancer(.enable)), Act("serves", .balancer(.serve(deadline: 1)))]
    return [
      step("out", .balancer(.disable), undo: back), step("confirm", .balancer(.confirm(mayBeBusy: false))),
      step("stop", command, undo: [Act("start", command)]),
      step(
        "in", .balancer(.enable), undo: [Act("out", .balancer(.disable)), Act("drain", .balancer(.drain(deadline: 1)))]),
      step("serves", .balancer(.serve(deadline: 1))),
    ]
  }

  /// Nodes A, B and C in one group, each a stage of its own.
  static func plan(_ interludes: [[Interlude]] = [[], [], []], floors: [String: Int] = [:]) -> Plan {
    let names = ["A", "B", "C"]
    return Plan(
      title: "T", nodes: names.map { Node(name: $0, host: $0, groups: ["g"]) }, phases: [roll],
      stages: zip(names, interludes).map {
        Stage("roll \($0)", lanes: [Lane($0, steps($0))], concurrency: 1, interludes: $1)
      }, floors: floors)
  }

  func run(
    _ plan: Plan = Self.plan(), failing: [String: Failure] = [:], reaction: BreachReaction = .abort,
    watch: ScriptedWatch = ScriptedWatch(), policy: RollbackPolicy = .all,
    lock: (any RunLock)? = nil, window: WindowGuard? = nil, resuming progress: Upgrade.Progress = Upgrade.Progress(),
    when step: String = "", _ trigger: @escaping @Sendable (Conductor, RunControl) async -> Void = { _, _ in },
    onEvent: @escaping @Sendable (Event, RunControl) async -> Void = { _, _ in },
    during steps: [String: @Sendable () async -> Void] = [:]
  ) async -> ConductedRun {
    let inner = ScriptedExecutor(failingAt: failing)
    let control = RunControl(onBreach: reaction)
    let recorder = EventRecorder()
    let journal = EventFeed([Listener(recorder: recorder) { await onEvent($0, control) }])
    let conductor = Mutex<Conductor?>(nil)
    let executor = Trigger(
      inner,
      steps.merging(
        [step: { if let conductor = conductor.withLock({ $0 }) { await trigger(conductor, control) } }]) { $1 })
    let made = Conductor(
      executor: executor, journal: journal, rollbackHelper: StandardRollbackHelper(policy), control: control,
      watch: watch, lock: lock, clock: ManualClock(), window: window)
    conductor.withLock { $0 = made }
    let status = await made.run(plan, resuming: progress)
    return ConductedRun(status: status, performed: await inner.performed, events: await recorder.events)
  }
}

/// Does something when a step is performed, then notes it.
private actor Trigger: StepExecutor {
  let inner: ScriptedExecutor
  let triggers: [String: @Sendable () async -> Void]

  init(_ inner: ScriptedExecutor, _ triggers: [String: @Sendable () async -> Void]) {
    self.inner = inner
    self.triggers = triggers
  }

  func perform(_ act: Act, as attempt: Attempt, on node: Node) async throws {
    await triggers["\(node.name): \(act.title)"]?()
    try await inner.perform(act, as: attempt, on: node)
  }

  func isKnown(_ attempt: Attempt, on node: Node) async throws -> Bool { try await inner.isKnown(attempt, on: node) }

  func end(_ attempt: Attempt, on node: Node) async throws { try await inner.end(attempt, on: node) }

  func cleanUp(_ node: Node, hasJobs: Bool, all: Bool) async throws -> String? {
    try await inner.cleanUp(node, hasJobs: hasJobs, all: all)
  }

  func pass(_ gate: Gate, at place: GatePlace) async throws { try await inner.pass(gate, at: place) }
}

/// What came of it.
struct ConductedRun {
  let status: Status
  let performed: [String]
  var attempts: [Attempt] = []
  let events: [Event]

  /// Walks `plan`, or what is left of it, with an executor that does nothing but fail where it is told to.
  ///
  /// - Parameter react: is told of each event.
  static func of(
    _ plan: Plan, resuming progress: Upgrade.Progress = Upgrade.Progress(), failing: [String: Failure] = [:],
    helper: any RollbackHelper = StandardRollbackHelper(.all), control: RunControl? = nil,
    _ react: @escaping @Sendable (Event) async -> Void = { _ in }
  ) async -> ConductedRun {
    let executor = ScriptedExecutor(failingAt: failing)
    let journal = EventRecorder(react)
    let conductor = Conductor(
      executor: executor, journal: journal, rollbackHelper: helper, control: control, clock: ManualClock())
    let status = await conductor.run(plan, resuming: progress)
    return ConductedRun(
      status: status, performed: await executor.performed, attempts: await executor.attempts,
      events: await journal.events)
  }
}

/// Notes every event, then does something.
private struct Listener: EventReader {
  let recorder: EventRecorder
  let listen: @Sendable (Event) async -> Void
  func read(_ event: Event) async {
    await recorder.record(event)
    // Not awaited: what it does may record events in turn.
    Task { await listen(event) }
  }
}
