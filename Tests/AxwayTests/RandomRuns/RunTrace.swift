import Upgrade

@testable import Axway

/// What the events of a run tell, checked one by one against the plan.
struct RunTrace: Sendable {
  /// One node's part.
  struct Part: Sendable {
    let steps: [Step]
    var phase: Phase?
    var begun: [Step] = []
    var hasFailed = false
    /// Whether a step was left for a stop that the operator wanted, before anything was stopped.
    var wasLeft = false
    var undone: [String] = []
    var hasUndoFailed = false
    var rollback: PhaseResult?
    var isStranded = false

    /// What takes back what was begun: the last step first.
    var undo: [Act] { begun.reversed().flatMap(\.undo) }
  }

  private(set) var parts: [String: Part]
  private(set) var count = 0
  private(set) var violations: [String] = []
  private(set) var firstFailure: (phase: Phase, failure: Failure)?
  private(set) var hasInterludeFailed = false
  private(set) var isRollbackBreach = false
  private(set) var ended: Status?
  /// Whether something was not begun since the run was to end.
  private(set) var wasCutShort = false

  /// Whether all was done that the plan has: who wanted the run to end came too late.
  var isWhole: Bool {
    !wasCutShort && parts.values.allSatisfy { $0.begun.count == $0.steps.count && !$0.hasFailed && $0.rollback == nil }
  }

  init(_ plan: Plan) {
    let steps = Dictionary(grouping: plan.stages.flatMap(\.lanes).flatMap(\.steps), by: \.node)
    parts = Dictionary(uniqueKeysWithValues: plan.nodes.map { ($0.name, Part(steps: steps[$0.name] ?? [])) })
  }

  mutating func take(_ event: Event) {
    count += 1
    switch event {
    case .phaseStarted(let node, let phase): start(phase, on: node)
    case .stepStarted(let step, let title): startStep(title, on: step.node)
    case .stepEnded(let step, let title, let failure?), .stepRefused(let step, let title, let failure):
      fail(title, failure, on: step.node)
    case .phaseEnded(let node, let phase, let result): end(phase, result, on: node)
    case .stranded(let stranded): parts[stranded.node]?.isStranded = true
    case .interludeEnded(_, _?): hasInterludeFailed = true
    case .note(nil, let text): if text.hasPrefix("stopped before ") { wasCutShort = true }
    case .runEnded(let status): ended = status
    default: break
    }
  }

  mutating func noteRollbackBreach() { isRollbackBreach = true }

  private mutating func violate(_ node: String, _ text: String) { violations.append("\(node): \(text)") }

  private mutating func start(_ phase: Phase, on node: String) {
    guard let part = parts[node] else { return violate(node, "is not in the plan") }
    if let open = part.phase { violate(node, "\(phase.title) begins inside \(open.title)") }
    if phase == .rollback, part.rollback != nil { violate(node, "is taken back twice") }
    if phase != .rollback, part.hasFailed || part.rollback != nil { violate(node, "\(phase.title) after its end") }
    parts[node]?.phase = phase
  }

  private mutating func startStep(_ title: String, on node: String) {
    guard let part = parts[node] else { return violate(node, "is not in the plan") }
    guard part.phase == .rollback else {
      if part.hasFailed { violate(node, "'\(title)' after a failed step") }
      let step = part.begun.count < part.steps.count ? part.steps[part.begun.count] : nil
      if step?.act.title != title || step?.phase != part.phase { violate(node, "'\(title)' out of turn") }
      if let step { parts[node]?.begun.append(step) }
      return
    }
    guard !part.hasUndoFailed else {
      let back = part.begun.map(\.act).filter { act in
        if case .balancer(let action) = act.action { action == .enable || action.isServe } else { false }
      }
      if !back.contains(where: { $0.title == title }) { violate(node, "'\(title)' after a failed undo") }
      return
    }
    let acts = part.undo
    let expected = part.undone.count < acts.count ? acts[part.undone.count].title : nil
    if expected != title { violate(node, "undo of '\(title)', but it is the turn of '\(expected ?? "nothing")'") }
    parts[node]?.undone.append(title)
  }

  private mutating func fail(_ title: String, _ failure: Failure, on node: String) {
    if failure.kind == .cancelled { parts[node]?.wasLeft = true }
    if parts[node]?.phase == .rollback { parts[node]?.hasUndoFailed = true } else { parts[node]?.hasFailed = true }
  }

  private mutating func end(_ phase: Phase, _ result: PhaseResult, on node: String) {
    guard let part = parts[node] else { return violate(node, "is not in the plan") }
    if part.phase != phase { violate(node, "\(phase.title) ends but had not begun") }
    parts[node]?.phase = nil
    if phase == .rollback {
      parts[node]?.rollback = result
      if result.hasPassed == part.hasUndoFailed { violate(node, "ROLLBACK's result is not that of its steps") }
      if result.hasPassed, part.undone.count != part.undo.count { violate(node, "not everything was undone") }
      return
    }
    if result.hasPassed == part.hasFailed { violate(node, "\(phase.title)'s result is not that of its steps") }
    let isNextInPhase = part.begun.count < part.steps.count && part.steps[part.begun.count].phase == phase
    if result.hasPassed, isNextInPhase { violate(node, "\(phase.title) passed before its last step") }
    if case .failed(let failure) = result, firstFailure == nil { firstFailure = (phase, failure) }
  }
}

extension BalancerAction {
  fileprivate var isServe: Bool { if case .serve = self { true } else { false } }
}
