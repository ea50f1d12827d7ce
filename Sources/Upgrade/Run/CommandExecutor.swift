/// Performs acts on nodes (the original's `command_executor`): runs commands and watches what they print, brings
/// processes into a state, waits for health checks, and has the load balancer do its part.
public struct CommandExecutor: StepExecutor {
  private let runner: CommandRunner
  private let balancerSteps: BalancerSteps
  private let probe: any HealthProbe
  private let operations: any OperationPerformer
  private let gates: GateKeeper
  private let journal: any Journal
  private let clock: any Clock<Duration>

  /// An executor on these ports.
  public init(
    runner: CommandRunner, balancer: any LoadBalancer, probe: any HealthProbe, gates: GateKeeper,
    operations: any OperationPerformer = NoOperations(), journal: any Journal, clock: any Clock<Duration>
  ) {
    self.operations = operations
    self.runner = runner
    balancerSteps = BalancerSteps(balancer: balancer, journal: journal, clock: clock)
    self.probe = probe
    self.gates = gates
    self.journal = journal
    self.clock = clock
  }

  /// Performs `act` on `node` and sees that it had its effect.
  public func perform(_ act: Act, as attempt: Attempt, on node: Node) async throws {
    switch act.action {
    case .run(let command, let timeout):
      try await runner.run(command, as: attempt, on: node.name, timeout: timeout.map { .seconds($0) }).check()
    case .ensure(let goal): try await ensure(goal, attempt, on: node, by: clock)
    case .answer(let check): try await answer(check)
    case .balancer(let action): try await balancerSteps.perform(action, node)
    case .operation(let operation):
      try await operations.perform(operation, on: node, isAccepted: attempt.isAccepted) {
        await journal.record(.accepted(attempt.step))
      }
    case .gate(let gate, let place): try await gates.pass(gate, at: place, for: node)
    }
  }

  /// Whether a command of `attempt` was begun on `node`.
  public func isKnown(_ attempt: Attempt, on node: Node) async throws -> Bool {
    try await runner.isKnown(attempt, on: node.name)
  }

  /// Sees that no command of `attempt` runs on `node` any more.
  public func end(_ attempt: Attempt, on node: Node) async throws { try await runner.end(attempt, on: node.name) }

  /// Removes the folders of the run's jobs on `node`, where it `hasJobs`, and what operations have left there; unless
  /// `all`, what failed stays.
  public func cleanUp(_ node: Node, hasJobs: Bool, all: Bool) async throws -> String? {
    let left = hasJobs ? try await runner.sweep(all: all, on: node.name) : 0
    let folders =
      left == 0 ? nil : "\(left) \(left == 1 ? "command's folder" : "commands' folders") in ~/.zdupgrade"
    let rest = [folders, try await operations.cleanUp(node, all: all)].compactMap(\.self)
    return rest.isEmpty ? nil : rest.joined(separator: ", ")
  }

  /// Has `gate` pass, one that is about no single node.
  public func pass(_ gate: Gate, at place: GatePlace) async throws {
    try await gates.pass(gate, at: place, for: nil)
  }

  private func ensure<C: Clock>(
    _ goal: ProcessGoal, _ attempt: Attempt, on node: Node, by clock: C
  ) async throws where C.Duration == Duration {
    if try await isAsWanted(goal, on: node), try await !endsAfterAll(goal, on: node, by: clock) {
      await journal.record(.note(node: node.name, text: "already \(goal.wanted.rawValue)"))
      return
    }
    let started = clock.now
    do {
      // It is not ended late: it may have had its effect all the same, and the look below decides.
      let result = try await runner.run(
        goal.act, as: attempt, on: node.name, timeout: .seconds(goal.deadline), isEndedLate: false)
      if let failure = result.failure, try await !isAsWanted(goal, on: node) { throw failure }
    } catch let failure as Failure where failure.kind == .timeout {}
    let left = Duration.seconds(goal.deadline) - started.duration(to: clock.now)
    let seen = try await Polling.value(within: left, by: clock) { try await isAsWanted(goal, on: node) ? true : nil }
    guard seen != nil else {
      throw Failure(.timeout, "still not \(goal.wanted.rawValue) after \(goal.deadline) s")
    }
  }

  /// Whether the process that shall run is seen to end, since an earlier stop still has its effect.
  private func endsAfterAll<C: Clock>(
    _ goal: ProcessGoal, on node: Node, by clock: C
  ) async throws -> Bool where C.Duration == Duration {
    guard goal.wanted == .running, goal.settling > 0 else { return false }
    let ended = try await Polling.value(within: .seconds(goal.settling), by: clock) {
      try await isAsWanted(goal, on: node) ? nil : true
    }
    return ended != nil
  }

  private func isAsWanted(_ goal: ProcessGoal, on node: Node) async throws -> Bool {
    try await runner.isRunning(goal.check, fallback: goal.fallback, on: node.name, isPatient: true)
      == (goal.wanted == .running)
  }

  private func answer(_ check: HealthCheck) async throws {
    var last = Failure(.unhealthy, "\(check.url) was not asked")
    let limit = Duration.seconds(max(1, min(5, check.deadline)))
    let healthy = try await Polling.value(within: .seconds(check.deadline), by: clock) { () -> Bool? in
      do {
        let status = try await probe.status(of: check.url, timeout: limit)
        if status == check.expected { return true }
        last = Failure(.unhealthy, "\(check.url) answers \(status) instead of \(check.expected)")
      } catch let failure as Failure where failure.kind == .unhealthy {
        last = failure
      }
      return nil
    }
    guard healthy != nil else {
      throw Failure(last.kind, "\(last.message), still after \(check.deadline) s", evidence: last.evidence)
    }
  }
}
