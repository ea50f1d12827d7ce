import Axway
import Foundation
import Testing
import Upgrade

@testable import Rehearsal

@Suite("Durations of an earlier run") struct RecordedDurationsTests {
  private let plan: Plan

  init() throws {
    var options = UpgradeOptions()
    (options.oldInstallDir, options.newInstallDir) = ("/opt/old", "/opt/new")
    plan = try Planner(.reference, options).plan()
  }

  /// The steps in the order of `titles`' beginnings on `node`, each with its length, the commands it ran as acts, and
  /// whether it failed.
  private func recorded(
    _ steps: [(node: String, title: String, undo: Int?, seconds: Double, acts: Int, hasFailed: Bool)]
  ) throws -> StepDurations {
    var recorded = RecordedDurations()
    var (time, number) = (Date(timeIntervalSince1970: 1000), 0)
    func take(_ event: Event, after seconds: Double = 0) {
      (time, number) = (time.addingTimeInterval(seconds), number + 1)
      recorded.take(JournalEntry(number: number, time: time, event: event))
    }
    take(.runStarted(plan))
    for step in steps {
      let id = try #require(identifier(of: step.title, on: step.node)).with(undo: step.undo)
      take(.stepStarted(id, title: step.title))
      for _ in 0..<step.acts { take(.commandStarted(node: step.node, lines: [], job: "job")) }
      take(.commandStarted(node: step.node, lines: ["a look"]))
      take(
        .stepEnded(id, title: step.title, failure: step.hasFailed ? Failure(.exit, "no") : nil), after: step.seconds)
    }
    return recorded.durations
  }

  private func identifier(of title: String, on node: String) -> StepID? {
    for (stage, content) in plan.stages.enumerated() {
      for lane in content.lanes where lane.node == node {
        if let step = lane.steps.firstIndex(where: { $0.act.title.hasPrefix(title) }) {
          return StepID(node, stage: stage, step: step)
        }
      }
    }
    return nil
  }

  @Test(
    "each step that passed gives its node's duration, the longest where there are several, and others the slowest node's"
  )
  func durations() throws {
    let durations = try recorded(
      [
        ("Node-A", "export", nil, 30, 1, false), ("Node-B", "export", nil, 50, 1, false),
        ("Node-A", "wait until no request", nil, 12, 0, false), ("Node-A", "stop the old instance", nil, 3, 1, false),
        ("Node-A", "stop the old Node Manager", nil, 4, 1, false), ("Node-A", "create and start", nil, 200, 1, true),
        ("Node-A", "create and start", 0, 6, 1, false), ("Node-A", "create and start", 1, 7, 1, false),
        ("Node-A", "stop the old Node Manager", 0, 22, 1, false), ("Node-A", "stop the old instance", 0, 21, 1, false),
        ("Node-A", "have the new Node Manager", nil, 1, 0, false), ("Node-A", "see that the new", nil, 1, 0, false),
      ].filter { $0.1 != "see that the new" })
    #expect(durations.entries[.export] == .init(50, nodes: ["Node-A": 30, "Node-B": 50], .recorded))
    #expect(durations.seconds(.export, on: "another") == 50)
    let expected: [RehearsalStep: Double] = [
      .export: 30, .drain: 12, .stop: 3, .nodeManagerStop: 4, .newStop: 6, .newNodeManagerStop: 7,
      .oldNodeManagerStart: 22, .oldStart: 21,
    ]
    for (step, seconds) in expected { #expect(durations.seconds(step, on: "Node-A") == seconds, "\(step)") }
    #expect(durations.entries[.apply] == nil, "a step that failed tells nothing")
    #expect(durations.entries[.nodeManagerStart] == nil, "what ran already was not started")
    #expect(Set(durations.entries.keys) == Set(expected.keys))
  }
}

extension StepID {
  fileprivate func with(undo: Int?) -> StepID { undo.map(undoing) ?? self }
}
