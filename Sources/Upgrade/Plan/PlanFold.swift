/// A plan for many nodes, with what is the same told once: nodes of which the same is done differ in names only.
struct PlanFold {
  /// A stage, or stages one after another that are alike.
  struct Part {
    /// Which stages they are, and what for.
    let title: String
    /// The lanes that show what is done: the first one of each kind that was not shown before.
    let shown: [Lane]
    /// On which other nodes the same is done, group by group.
    let same: [String]
    /// The last of the stages.
    let last: Stage
  }

  private let plan: Plan
  private let nodes: [String: Node]

  /// The folds of `plan`.
  init(_ plan: Plan) {
    self.plan = plan
    nodes = Dictionary(plan.nodes.map { ($0.name, $0) }) { first, _ in first }
  }

  /// The parts, in the order in which they are done.
  var parts: [Part] {
    var known: Set<[StepKind]> = []
    var parts: [Part] = []
    var alike: [(index: Int, stage: Stage)] = []
    for (index, stage) in plan.stages.enumerated() {
      let shown = stage.lanes.filter { known.insert($0.steps.map(StepKind.init)).inserted }
      if shown.isEmpty, stage.interludes.isEmpty, alike.isEmpty || isAlike(alike[0].stage, stage) {
        alike.append((index, stage))
        continue
      }
      parts += part(alike).map { [$0] } ?? []
      alike = []
      if shown.isEmpty, stage.interludes.isEmpty {
        alike = [(index, stage)]
      } else {
        parts.append(part(index, stage, shown))
      }
    }
    return parts + (part(alike).map { [$0] } ?? [])
  }

  /// Whether they are of the same groups, so that they can be told in a line.
  private func isAlike(_ first: Stage, _ second: Stage) -> Bool {
    groups(of: first) == groups(of: second) && first.mustPassOnAllNodes == second.mustPassOnAllNodes
  }

  private func groups(of stage: Stage) -> Set<[String]> { Set(stage.lanes.map { nodes[$0.node]?.groups ?? [] }) }

  private func part(_ index: Int, _ stage: Stage, _ shown: [Lane]) -> Part {
    let names = Set(shown.map(\.node))
    return Part(
      title: "\(index + 1). \(stage.title)", shown: shown,
      same: byGroup(stage.lanes.filter { !names.contains($0.node) }), last: stage)
  }

  /// Stages that show nothing new.
  private func part(_ alike: [(index: Int, stage: Stage)]) -> Part? {
    guard let (first, stage) = alike.first, let last = alike.last else { return nil }
    guard alike.count > 1 else { return part(first, stage, []) }
    return Part(
      title: "\(first + 1) to \(last.index + 1). the same, one stage after another", shown: [],
      same: byGroup(alike.flatMap(\.stage.lanes)), last: last.stage)
  }

  private func byGroup(_ lanes: [Lane]) -> [String] {
    // All but the one that is shown: no need to say which these are.
    if lanes.count > 1, lanes.count == plan.nodes.count - 1 { return ["the other \(lanes.count) nodes"] }
    return folds(lanes)
  }

  private func folds(_ lanes: [Lane]) -> [String] {
    NodeFold.folds(of: lanes.compactMap { nodes[$0.node] }, among: plan.nodes) { _ in 0 }.map { fold in
      fold.nodes.count == 1 ? fold.label : "\(fold.label): \(fold.nodes.map(\.name).listed)"
    }
  }
}

/// What a step is, but for the names of its node, its instances and folders.
private struct StepKind: Hashable {
  let phase: Phase
  let act: String
  let undo: [String]

  init(_ step: Step) {
    phase = step.phase
    act = Self.kind(step.act.action)
    undo = step.undo.map { Self.kind($0.action) }
  }

  private static func kind(_ action: Action) -> String {
    switch action {
    case .run(_, let timeout): "run \(timeout ?? 0)"
    case .ensure(let goal): "ensure \(goal.wanted) \(goal.deadline) \(goal.settling)"
    case .answer(let check): "answer \(check.expected) \(check.deadline)"
    case .balancer(let action): "balancer \(action)"
    case .operation(let operation): "operation \(operation.name) \(operation.deadline)"
    case .gate(let gate, _): "gate \(gate)"
    }
  }
}
