import Foundation
import TestDoubles
import Testing
import Upgrade

@Suite("The conductor when the probe's budget is spent")
struct BreachTests: ConductedRuns {
  @Test("when the budget is spent, abort finishes the node in hand and touches no other")
  func abort() async {
    let result = await run(when: "A: stop") { conductor, _ in await conductor.react(to: Breach("4 probes failed")) }
    #expect(result.status == .probeBudgetSpent)
    #expect(result.performed == ["A: out", "A: confirm", "A: stop", "A: in", "A: serves"])
    #expect(result.events.contains(.note(node: nil, text: "stopped before 'roll B': 4 probes failed")))
  }

  @Test("when the budget is spent, rollback ends what is in hand and takes every node back, whatever the policy")
  func breachRollback() async {
    let result = await run(reaction: .rollback, policy: .none, when: "B: stop") { conductor, _ in
      await conductor.react(to: Breach("4 probes failed"))
    }
    #expect(result.status == .probeBudgetSpent)
    #expect(
      result.performed.drop { $0 != "B: stop" } == [
        "B: stop", "B: start", "B: in", "B: serves", "A: out", "A: drain", "A: start", "A: in", "A: serves",
      ])
  }

  @Test("a breach during a rollback takes back the nodes, too, that the rollback would have left upgraded")
  func breachWhileTakingBack() async {
    let boom = Failure(.exit, "boom")
    let result = await run(
      failing: ["B: stop": boom], reaction: .rollback, policy: .node, when: "B: start"
    ) { conductor, _ in await conductor.react(to: Breach("4 probes failed")) }
    #expect(result.performed.filter { $0.hasSuffix("start") } == ["B: start", "A: start"])
  }

  @Test("a breach after the last node still takes all back")
  func lateBreach() async {
    let result = await run(reaction: .rollback, when: "C: serves") { conductor, _ in
      await conductor.react(to: Breach("4 probes failed"))
    }
    #expect(result.status == .probeBudgetSpent)
    #expect(result.performed.filter { $0.hasSuffix("start") } == ["C: start", "B: start", "A: start"])
  }

  @Test("what the probe says at the very end still counts")
  func lastWord() async {
    let conductor = Conductor(
      executor: ScriptedExecutor(), journal: EventRecorder(), rollbackHelper: StandardRollbackHelper(.all))
    let status = await conductor.run(Self.plan()) { await conductor.react(to: Breach("4 probes failed", at: Date())) }
    #expect(status == .probeBudgetSpent)
  }

  @Test("when the budget is spent, pause waits for the operator, who lets it go on or ends it")
  func breachPause() async {
    let goesOn = await run(
      reaction: .pause, when: "A: serves", { conductor, _ in await conductor.react(to: Breach("b")) }
    ) { event, control in if case .paused = event { await control.goOn() } }
    #expect(goesOn.status == .success && goesOn.events.contains(.resumed))
    let ends = await run(
      reaction: .pause, when: "A: serves", { conductor, _ in await conductor.react(to: Breach("b")) }
    ) { event, control in if case .paused = event { await control.stop(because: "enough") } }
    #expect(ends.status == .probeBudgetSpent && ends.performed.last == "A: serves")
  }
}
