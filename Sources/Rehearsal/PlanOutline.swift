public import Upgrade

/// A plan in lines that can be compared: stage, node, phase, what is done, exactly how, and what takes it back. What the
/// commands of gates are, and for how long is baked, is left out: a rehearsal has its own.
public struct PlanOutline: Sendable, Hashable {
  /// The lines.
  public let lines: [String]
  /// How many steps it has.
  public let stepCount: Int

  /// The outline of `plan`, with what `standIns` stand for in the place of what is there.
  public init(_ plan: Plan, _ standIns: StandIns? = nil) {
    let writer = PlanWriter(standIns: standIns)
    lines = plan.stages.flatMap { stage in
      ["== \(stage.title), \(stage.concurrency) at a time"]
        + stage.lanes.flatMap { lane in lane.steps.flatMap(writer.lines) } + stage.interludes.map(writer.line)
    }
    stepCount = plan.stages.flatMap(\.lanes).reduce(0) { $0 + $1.steps.count }
  }

  /// Where `other` is otherwise, a line and what the other has in its place each; `limit` of them at most.
  public func differences(from other: PlanOutline, limit: Int = 10) -> [String] {
    let count = max(lines.count, other.lines.count)
    func line(_ lines: [String], _ index: Int) -> String { lines.indices.contains(index) ? lines[index] : "nothing" }
    let places = (0..<count).filter { line(lines, $0) != line(other.lines, $0) }
    return places.prefix(limit).map { "'\(line(lines, $0))' is '\(line(other.lines, $0))'" }
      + (places.count > limit ? ["\(places.count - limit) more"] : [])
  }
}

/// Writes the parts of a plan down.
private struct PlanWriter {
  let standIns: StandIns?

  func lines(_ step: Step) -> [String] {
    ["\(step.node): \(step.phase.title): \(text(step.act))"]
      + step.undo.map { "\(step.node): \(step.phase.title): undo: \(text($0))" }
  }

  func line(_ interlude: Interlude) -> String {
    switch interlude {
    case .bake(_, let nodes): "then watch \(nodes.listed) under traffic"
    case .gate(let gate, _): "then \(text(gate))"
    case .pause, .consent: "then \(interlude.title)"
    }
  }

  private func text(_ act: Act) -> String {
    if case .gate(let gate, _) = act.action { return text(gate) }
    return "\(act.title): \(text(act.action))"
  }

  private func text(_ gate: Gate) -> String {
    "have \(gate.point.rawValue) pass within \(gate.timeout) s, again for \(gate.retryFor) s every \(gate.interval) s, "
      + "else \(gate.onFailure.rawValue)"
  }

  private func text(_ action: Action) -> String {
    switch action {
    case .run(let command, let timeout): "\(text(command)), within \(timeout ?? 0) s"
    case .ensure(let goal):
      "\(goal.wanted.rawValue) by \(text(goal.act)), told by \(text(goal.check)) or "
        + "\(goal.fallback.map(text) ?? "nothing"), within \(goal.deadline) s, watched for \(goal.settling) s"
    case .answer(let check):
      "\(standIns?.real(word: check.url) ?? check.url) answers \(check.expected) within \(check.deadline) s"
    case .balancer(let action): "\(action)"
    case .operation(let operation): operation.lines.joined(separator: "; ")
    case .gate(let gate, _): text(gate)
    }
  }

  private func text(_ command: Command) -> String { (standIns?.real(command) ?? command).line }
}
