import Testing
import Upgrade

@testable import Axway

@Suite("What the rules say of a run that is gone on with")
struct ResumeRulesTests {
  private static let plan: Plan = {
    var options = UpgradeOptions()
    options.oldInstallDir = "/old"
    options.newInstallDir = "/new"
    options.cassandra.host = "c.example"
    return (try? Planner(.reference, options).plan()) ?? Plan(title: "", nodes: [], phases: [], stages: [])
  }()

  /// The progress of a run of which all steps of these nodes, or only those of `phases`, were begun and ended well.
  private static func progress(_ nodes: [String], phases: [Phase] = Phase.axway) -> Progress {
    var events: [Event] = [.runStarted(plan)]
    for (index, stage) in plan.stages.enumerated() {
      for lane in stage.lanes where nodes.contains(lane.node) {
        for (place, step) in lane.steps.enumerated() where phases.contains(step.phase) {
          let id = StepID(lane.node, stage: index, step: place)
          events += [.stepStarted(id, title: ""), .stepEnded(id, title: "", failure: nil)]
        }
      }
    }
    return Progress(events)
  }

  private static func refusal(_ choice: RollbackChoice, _ progress: Progress) -> String? {
    do {
      _ = try choice.nodes(of: plan, progress)
      return nil
    } catch {
      return error.message
    }
  }

  @Test("nodes are taken back the last one first, and only those that were taken in hand")
  func order() throws {
    let all = ["Node-A", "Node-B", "Node-C"]
    #expect(try RollbackChoice().nodes(of: Self.plan, Self.progress(all)) == ["Node-C", "Node-B", "Node-A"])
    #expect(try RollbackChoice().nodes(of: Self.plan, Self.progress(["Node-A"])) == ["Node-A"])
    #expect(
      try RollbackChoice(from: "Node-B").nodes(of: Self.plan, Self.progress(all)) == ["Node-C", "Node-B"])
    #expect(
      try RollbackChoice(only: ["Node-C", "Node-B"]).nodes(of: Self.plan, Self.progress(all)) == ["Node-C", "Node-B"])
    #expect(
      try RollbackChoice(only: ["Node-A"]).nodes(
        of: Self.plan, Self.progress(["Node-A", "Node-B"], phases: [.preApply]))
        == ["Node-A"], "nothing is applied yet")
  }

  @Test("what cannot be taken back is refused, with the reason")
  func refused() {
    let all = Self.progress(["Node-A", "Node-B", "Node-C"])
    #expect(
      Self.refusal(RollbackChoice(only: ["Node-A"]), all)?.contains("which Node-B, Node-C would stay in") == true)
    #expect(
      Self.refusal(RollbackChoice(only: ["Node-B"]), Self.progress(["Node-A"]))?
        .contains("nothing was done to Node-B") == true)
    #expect(Self.refusal(RollbackChoice(from: "Node-D"), all)?.contains("'Node-D' is no node of the run") == true)
    #expect(
      Self.refusal(RollbackChoice(), Self.progress(["Node-A"], phases: [.export]))
        == "there is nothing to take back")
  }

  @Test("where the nodes say another thing than the journal they are believed, in both directions")
  func beliefs() {
    let begun = Self.progress(["Node-A"], phases: [.export, .upgrade])
    func events(_ progress: Progress, _ state: SysupgradeState) -> [String] {
      Belief.events(of: Self.plan, progress, found: ["Node-A": state]).compactMap {
        guard case .believed(let id, let isDone, _) = $0 else { return nil }
        return "\(Self.plan.step(id)?.phase.title ?? "") \(isDone)"
      }
    }
    #expect(events(begun, .upgraded).isEmpty, "they agree")
    #expect(events(begun, .applied) == ["APPLY true"])
    #expect(events(begun, .exported) == ["UPGRADE false"])
    #expect(events(begun, .notStarted) == ["EXPORT false", "UPGRADE false"])
    let cut = Progress(begun, and: .stepStarted(StepID("Node-A", stage: 2, step: 5), title: "apply"))
    #expect(events(cut, .applied).isEmpty, "what is under way tells its own result")
  }

  @Test("what sysupgrade was found to have lost makes the node's rolling steps be done again, all of them")
  func lost() {
    let whole = Self.progress(["Node-A"])
    #expect(!whole.unfinishedNodes.contains("Node-A"))
    let lost = Belief.events(of: Self.plan, whole, found: ["Node-A": .upgraded]).reduce(whole) { Progress($0, and: $1) }
    #expect(lost.unfinishedNodes.contains("Node-A"))
    #expect(lost.completed.allSatisfy { $0.node != "Node-A" || $0.stage < 2 })
  }
}
