/// What a new plan changes in what is left of a run, for the operator to see before it is gone on with.
public struct ReplanningText: Sendable {
  /// One line for all nodes on which the same changes.
  private struct Change: Hashable {
    let mark: String
    let what: String
  }

  private let old: Plan
  private let replanning: Replanning
  private let places: Replanning.Places
  private let progress: Progress

  /// The text of a change from the plan of `progress`.
  public init(_ replanning: Replanning, behind progress: Progress) {
    old = progress.plan ?? replanning.plan
    self.replanning = replanning
    places = Replanning.Places(replanning.moves)
    self.progress = progress
  }

  /// The lines: `+` what is new, `-` what is no more, `~` what is done otherwise, `!` what was done otherwise and stays so.
  public var lines: [String] {
    var nodes: [Change: [String]] = [:]
    var order: [Change] = []
    for (node, change) in changes {
      if nodes[change] == nil { order.append(change) }
      if nodes[change]?.contains(node) != true { nodes[change, default: []].append(node) }
    }
    let steps = order.map { "\($0.mark) \(nodes[$0, default: []].listed): \($0.what)" }
    let all = stages + steps + notices
    guard !all.isEmpty else { return ["The new plan has the same steps as the old one."] }
    return ["The new plan:"] + all.map { "  " + PlainText.oneLine($0) }
  }

  private var stages: [String] {
    let titles = replanning.plan.stages.map(\.title)
    return titles == old.stages.map(\.title) ? [] : titles.map { "= " + $0 }
  }

  private var notices: [String] {
    let known = Set(old.notices)
    return replanning.plan.notices.filter { !known.contains($0) }.map { "note: " + $0 }
  }

  private var changes: [(node: String, Change)] {
    let kept = Set(replanning.moves.map(\.to) + replanning.passedOver)
    let new = replanning.plan.identifiedSteps.filter { !kept.contains($0.id) }.map { id, step in
      (id.node, Change(mark: "+", what: title(step)))
    }
    return new + old.identifiedSteps.compactMap { id, step in change(step, id).map { (id.node, $0) } }
  }

  private func change(_ step: Step, _ id: StepID) -> Change? {
    let isDone = progress.completed.contains(id)
    guard let place = places.moved(id), let next = replanning.plan.step(place) else {
      return isDone ? nil : Change(mark: "-", what: title(step))
    }
    guard next.act != step.act else { return nil }
    let commands = next.act.action.commands.map(\.line)
    let was = step.act.action.commands.map(\.line)
    let other = commands == was ? "with other limits" : "by \(commands.joined(separator: "; "))"
    guard isDone else { return Change(mark: "~", what: "\(title(next)) \(other)") }
    guard step.act.action.isOneTime, commands != was else { return nil }
    return Change(mark: "!", what: "\(title(step)) was done by \(was.joined(separator: "; ")), and is not repeated")
  }

  private func title(_ step: Step) -> String { "\(step.phase.title): \(step.act.title)" }
}
