/// A whole upgrade as a value: what `plan` prints is what `run` walks.
public struct Plan: Sendable, Hashable, Codable {
  /// The summary table's first line.
  public let title: String
  /// The nodes, in the order of the summary's rows.
  public let nodes: [Node]
  /// The phases, in the order of the summary's columns; `Phase.rollback` stands behind them.
  public let phases: [Phase]
  /// What is done, one stage after another.
  public let stages: [Stage]
  /// What the operator must know before saying yes.
  public private(set) var notices: [String]
  /// What no rollback takes back.
  public let notUndone: [String]
  /// What the operator has to do after an upgrade that has succeeded; nil in plans that earlier versions have made.
  public let checklist: [String]?
  /// How many nodes of a group must serve at any time, by group.
  public let floors: [String: Int]

  /// A plan; a group without a floor may miss one node at a time.
  public init(
    title: String, nodes: [Node], phases: [Phase], stages: [Stage], notices: [String] = [], notUndone: [String] = [],
    checklist: [String] = [], floors: [String: Int] = [:]
  ) {
    self.title = title
    self.nodes = nodes
    self.phases = phases
    self.stages = stages
    self.notices = notices
    self.notUndone = notUndone
    self.checklist = checklist
    self.floors = floors
  }

  /// How many nodes of `group` must serve at any time.
  public func floor(of group: String) -> Int {
    floors[group] ?? nodes.count { $0.groups.contains(group) } - 1
  }

  /// How many nodes are worked on at the same time at most.
  public var concurrency: Int { stages.map(\.concurrency).max() ?? 1 }

  /// The same plan with `notices` behind its own.
  public func adding(notices: [String]) -> Plan {
    var plan = self
    plan.notices += notices
    return plan
  }

  /// The secrets that its steps' commands need, each once.
  public var secrets: [SecretName] { secrets { [$0.act] } }

  /// The secrets that are needed to take its steps back, each once.
  public var rollbackSecrets: [SecretName] { secrets(\.undo) }

  private func secrets(_ acts: (Step) -> [Act]) -> [SecretName] {
    let needed = Set(
      stages.flatMap(\.lanes).flatMap(\.steps).flatMap(acts).flatMap(\.action.commands).flatMap(\.secrets))
    return SecretName.allCases.filter(needed.contains)
  }

  /// The node of that name; it must be in the plan.
  public func node(_ name: String) -> Node {
    nodes.first { $0.name == name } ?? Node(name: name, host: name, groups: [])
  }

  /// The other nodes that serve one of the groups of `node`.
  public func companions(of node: Node) -> [Node] {
    nodes.filter { $0.name != node.name && !Set($0.groups).isDisjoint(with: node.groups) }
  }

  /// The step that `id` means, or of which it means an undo; nil when there is none.
  public func step(_ id: StepID) -> Step? {
    guard stages.indices.contains(id.stage) else { return nil }
    let steps = stages[id.stage].lane(of: id.node)?.steps ?? []
    return steps.indices.contains(id.step) ? steps[id.step] : nil
  }

  /// The act that `id` means; nil when there is none.
  public func act(_ id: StepID) -> Act? {
    guard let step = step(id) else { return nil }
    guard let undo = id.undo else { return step.act }
    return step.undo.indices.contains(undo) ? step.undo[undo] : nil
  }

  /// What takes back the steps that were `begun` on `node`, the last one first; all nodes' are needed to know what there
  /// is to take back.
  public func undo(of node: String, begun: [String: [StepID]]) -> [(id: StepID, act: Act)] {
    let steps = (begun[node] ?? []).reversed().compactMap { id in step(id).map { (id, $0) } }
    // Hardly a step's undo lapses, and to look at all nodes for each takes long where there are many.
    let mayLapse = steps.contains { $1.undoEnds != nil }
    let phases = mayLapse ? Set(begun.values.joined().compactMap { step($0)?.phase.title }) : []
    return steps.filter { $1.undoEnds.map(phases.contains) != true }.flatMap { id, step in
      step.undo.enumerated().map { (id.undoing($0), $1) }
    }
  }

  /// Whether of what was `begun` on `node` something is to be taken back, or to be done again although its undo has lapsed.
  public func hasToBeTakenBack(_ node: String, begun: [String: [StepID]]) -> Bool {
    !undo(of: node, begun: begun).isEmpty || (begun[node] ?? []).contains { step($0)?.undoEnds != nil }
  }

  /// What takes `node` back after all its steps were begun, last step first.
  public func rollback(of node: String) -> [Act] {
    stages.flatMap(\.lanes).filter { $0.node == node }.flatMap(\.steps).reversed().flatMap(\.undo)
  }
}

/// A part of the plan that is finished before the next begins.
public struct Stage: Sendable, Hashable, Codable {
  /// What it is for, for example `EXPORT on all nodes at once`.
  public let title: String
  /// What is done on each node; lanes of different nodes do not depend on one another.
  public let lanes: [Lane]
  /// How many lanes are walked at the same time.
  public let concurrency: Int
  /// Whether no later stage may begin unless every lane passed, whatever the rollback helper says.
  public let mustPassOnAllNodes: Bool
  /// What happens when every lane has passed, before the next stage begins.
  public let interludes: [Interlude]

  /// A stage.
  public init(
    _ title: String, lanes: [Lane], concurrency: Int, mustPassOnAllNodes: Bool = false, interludes: [Interlude] = []
  ) {
    self.title = title
    self.lanes = lanes
    self.concurrency = concurrency
    self.mustPassOnAllNodes = mustPassOnAllNodes
    self.interludes = interludes
  }

  /// What is done on `node`; nil when nothing.
  func lane(of node: String) -> Lane? { lanes.first { $0.node == node } }
}

/// The steps of one node in one stage, in order; the first that fails ends the node.
public struct Lane: Sendable, Hashable, Codable {
  /// The node.
  public let node: String
  /// Its steps.
  public let steps: [Step]

  /// A lane.
  public init(_ node: String, _ steps: [Step]) {
    self.node = node
    self.steps = steps
  }
}
