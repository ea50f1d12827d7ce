/// A plan as text: comments that say what happens where, and command lines that can be pasted into a shell on that node.
public struct PlanText: Sendable {
  private let plan: Plan
  private let balancer: String
  private let isFolded: Bool

  /// The text of `plan`; `balancer` names the load balancer's driver. Of a fleet that is too large to be read, one node of
  /// each kind is shown in full, and the others by name; with `allNodes` all are shown.
  public init(_ plan: Plan, balancer: String, allNodes: Bool = false) {
    self.plan = plan
    self.balancer = balancer
    isFolded = !allNodes && plan.nodes.count > FleetSize.readable
  }

  /// The lines: every one that is no comment is a command line, secrets in it are shell variables.
  public var lines: [String] {
    heading + plan.notices.map { comment("- \($0)") } + (isFolded ? foldedStages : stages) + rollback
  }

  /// The lines of a rollback of `nodes`, in this order, on each of which these steps were `begun`.
  public func rollback(of nodes: [String], begun: [String: [StepID]]) -> [String] {
    nodes.flatMap { node in
      plan.undo(of: node, begun: begun).flatMap { act($0.act, "\(node): ROLLBACK") }
    } + ["", comment("A rollback does not undo:")] + plan.notUndone.map { comment("- \($0)") }
  }

  private var heading: [String] {
    return [
      comment("zdupgrade plan: \(plan.nodes.count) nodes, load balancer: \(balancer)"),
      comment("Lines without '#' are what runs on the node named above them; they can be pasted into its shell."),
    ]
      + (isFolded ? [comment("Of nodes on which the same is done, one is shown in full; --all_nodes shows each.")] : [])
      + byHand + users
      + (plan.secrets.isEmpty
        ? [] : [comment("Secrets are the variables \(plan.secrets.map(\.variable).joined(separator: ", "))."), "#"])
  }

  private var byHand: [String] {
    let acts = plan.stages.flatMap(\.lanes).flatMap(\.steps).map(\.act)
    let isThere = acts.contains { if case .operation = $0.action { true } else { false } }
    return isThere
      ? [comment("Below 'by hand', they do from the control node what is asked of the gateway's own interface.")] : []
  }

  private var users: [String] {
    var nodes: [String: [String]] = [:]
    for node in plan.nodes { if let user = node.become { nodes[user, default: []].append(node.name) } }
    return nodes.sorted { $0.key < $1.key }.map { user, nodes in
      comment("On \(nodes.listed) they run as '\(user)' (sudo -n -H -u \(user)).")
    }
  }

  private var stages: [String] {
    plan.stages.enumerated().flatMap { index, stage in
      ["", comment("== \(index + 1). \(stage.title)")] + stage.lanes.flatMap(lines) + interludes(stage)
    }
  }

  private func lines(_ lane: Lane) -> [String] {
    lane.steps.flatMap { step in act(step.act, "\(step.node): \(step.phase.title)") }
  }

  private func interludes(_ stage: Stage) -> [String] {
    stage.interludes.map { comment("then: \($0.title)\(condition($0))") }
  }

  private var foldedStages: [String] {
    PlanFold(plan).parts.flatMap { part -> [String] in
      let same = part.same.map { comment("the same steps on \($0)") }
      return ["", comment("== \(part.title)")] + part.shown.flatMap(lines) + same + interludes(part.last)
    }
  }

  private var rollback: [String] {
    var steps: [String: [Step]] = [:]
    for lane in plan.stages.flatMap(\.lanes) { steps[lane.node, default: []] += lane.steps }
    // The first Admin Node Manager's way back is as good an example as any.
    let shown = isFolded ? Array(plan.nodes.prefix(1)) : plan.nodes
    let rest = plan.nodes.dropFirst(shown.count).map(\.name)
    return ["", comment("== Rollback, only after a failure: of what was begun on a node, in this order")]
      + shown.flatMap { node in
        steps[node.name, default: []].reversed().flatMap(\.undo).flatMap { act($0, "\(node.name): ROLLBACK") }
      }
      + (rest.isEmpty ? [] : [comment("in the same way on \(rest.listed)")])
      + ["", comment("A rollback does not undo:")] + plan.notUndone.map { comment("- \($0)") }
  }

  private func act(_ act: Act, _ place: String) -> [String] {
    [comment("\(place): \(act.title)\(condition(act.action))")] + act.action.lines
  }

  private func condition(_ action: Action) -> String {
    switch action {
    case .run(_, let timeout): timeout.map { " (within \($0) s)" } ?? ""
    case .ensure(let goal):
      " (the first line tells whether it runs; the second only if it is not \(goal.wanted.rawValue); within \(goal.deadline) s"
        + (goal.settling > 0 ? "; one that may still be ending is watched for \(goal.settling) s first)" : ")")
    case .answer(let check): " (GET \(check.url) answers \(check.expected) within \(check.deadline) s)"
    case .balancer(.disable): " (\(balancer): disable)"
    case .balancer(.enable): " (\(balancer): enable)"
    case .balancer(.drain(let deadline, let timeout)):
      " (\(balancer): drained within \(deadline) s, else \(timeout.rawValue))"
    case .balancer(.confirm(let mayBeBusy)): " (\(balancer): still disabled\(mayBeBusy ? "" : ", still drained"))"
    case .gate(let gate, _): condition(gate)
    case .operation(let operation):
      " (within \(operation.deadline) s\(operation.lines.isEmpty ? "" : "; by hand:"))"
    case .balancer(.serve(let deadline)): " (\(balancer): enabled within \(deadline) s)"
    }
  }

  private func condition(_ interlude: Interlude) -> String {
    if case .gate(let gate, _) = interlude { condition(gate) } else { "" }
  }

  private func condition(_ gate: Gate) -> String {
    let tries = gate.retryFor > 0 ? ", again every \(gate.interval) s for \(gate.retryFor) s" : ""
    return " (on the control node, within \(gate.timeout) s\(tries); on failure \(gate.onFailure.rawValue))"
  }

  private func comment(_ text: String) -> String { "# " + PlainText.oneLine(text) }
}
