import Testing
import Upgrade

@testable import WebMethods

@Suite("The plan of a blue-green upgrade")
struct BlueGreenPlanTests {
  @Test("a major upgrade is the vendor's ten steps, with the operator's word before what no API takes back")
  func major() {
    let plan = PlannerBench.plan(PlannerBench.settings(.major))
    #expect(
      PlannerBench.list(plan) == [
        "== START: see that both sides are healthy",
        "New-1: START: see that the gateway is healthy",
        "New-2: START: see that the gateway is healthy",
        "Old-1: START: see that the gateway is healthy",
        "Old-1: START: see that the quiesce port is there",
        "Old-2: START: see that the gateway is healthy",
        "Old-2: START: see that the quiesce port is there",
        "== CLEAN on New-1",
        "New-1: CLEAN: empty the new datastore",
        "== QUIESCE DESIGNTIME on the old side",
        "Old-1: QUIESCE DESIGNTIME: have the gateway refuse design-time changes",
        "Old-2: QUIESCE DESIGNTIME: have the gateway refuse design-time changes",
        "== REINDEX CORE on New-1",
        "New-1: REINDEX CORE: copy the core data from the old datastore",
        "== TRANSFORM on New-1",
        "New-1: TRANSFORM: make the copied data fit for the new version",
        "== RESTART of New-1",
        "New-1: RESTART: restart the gateway with the copied data",
        "== RESTART of New-2",
        "New-2: RESTART: restart the gateway with the copied data",
        "== TRAFFIC to New-1 too",
        "New-1: TRAFFIC: see that the gateway is healthy",
        "New-1: TRAFFIC: put the node into the load balancer",
        "New-1: TRAFFIC: see that the load balancer takes the node for a serving one",
        "== TRAFFIC to New-2 too",
        "New-2: TRAFFIC: see that the gateway is healthy",
        "New-2: TRAFFIC: put the node into the load balancer",
        "New-2: TRAFFIC: see that the load balancer takes the node for a serving one",
        "then wait for the operator's word: what comes next, QUIESCE ALL, no API takes back: only a restart of the old gateways by your command does",
        "== QUIESCE ALL on Old-1",
        "Old-1: QUIESCE ALL: take the node out of the load balancer",
        "Old-1: QUIESCE ALL: wait until no request is in flight to the node",
        "Old-1: QUIESCE ALL: see that the node is still out and the others still serve",
        "Old-1: QUIESCE ALL: quiesce everything, and see that it is",
        "== QUIESCE ALL on Old-2",
        "Old-2: QUIESCE ALL: take the node out of the load balancer",
        "Old-2: QUIESCE ALL: wait until no request is in flight to the node",
        "Old-2: QUIESCE ALL: see that the node is still out and the others still serve",
        "Old-2: QUIESCE ALL: quiesce everything, and see that it is",
        "== REINDEX LOGS on New-1",
        "New-1: REINDEX LOGS: copy logs and events from the old datastore",
        "== SHUTDOWN of the old side",
        "Old-1: SHUTDOWN: shut the gateway down when its clients are done",
        "Old-2: SHUTDOWN: shut the gateway down when its clients are done",
      ])
  }

  @Test("a fix for a cluster goes node by node")
  func minorCluster() {
    let plan = PlannerBench.plan(PlannerBench.settings(.minorCluster))
    #expect(
      PlannerBench.list(plan) == [
        "== START: see that the cluster is healthy",
        "Old-1: START: see that the gateway is healthy",
        "Old-2: START: see that the gateway is healthy",
        "== SHUTDOWN, FIX, RESTART and TRAFFIC of Old-1",
        "Old-1: SHUTDOWN: take the node out of the load balancer",
        "Old-1: SHUTDOWN: wait until no request is in flight to the node",
        "Old-1: SHUTDOWN: see that the node is still out and the others still serve",
        "Old-1: SHUTDOWN: shut the gateway down when its clients are done",
        "Old-1: FIX: have your command apply the fix",
        "Old-1: RESTART: have your command start the gateway",
        "Old-1: RESTART: see that the gateway is healthy",
        "Old-1: TRAFFIC: put the node into the load balancer",
        "Old-1: TRAFFIC: see that the load balancer takes the node for a serving one",
        "== SHUTDOWN, FIX, RESTART and TRAFFIC of Old-2",
        "Old-2: SHUTDOWN: take the node out of the load balancer",
        "Old-2: SHUTDOWN: wait until no request is in flight to the node",
        "Old-2: SHUTDOWN: see that the node is still out and the others still serve",
        "Old-2: SHUTDOWN: shut the gateway down when its clients are done",
        "Old-2: FIX: have your command apply the fix",
        "Old-2: RESTART: have your command start the gateway",
        "Old-2: RESTART: see that the gateway is healthy",
        "Old-2: TRAFFIC: put the node into the load balancer",
        "Old-2: TRAFFIC: see that the load balancer takes the node for a serving one",
      ])
    #expect(plan.floors == ["gateway": 1])
  }

  @Test("a fix by new instances starts them behind the quiescing, and shuts the old ones down behind the shift")
  func minorStandalone() {
    let plan = PlannerBench.plan(PlannerBench.settings(.minorStandalone, old: 1, new: 1))
    #expect(
      PlannerBench.list(plan) == [
        "== START: see that the old side is healthy",
        "Old-1: START: see that the gateway is healthy",
        "== QUIESCE DESIGNTIME on the old side",
        "Old-1: QUIESCE DESIGNTIME: have the gateway refuse design-time changes",
        "== START NEW: start the new side",
        "New-1: START NEW: have your command start the gateway",
        "New-1: START NEW: see that the gateway is healthy",
        "== TRAFFIC to New-1 too",
        "New-1: TRAFFIC: see that the gateway is healthy",
        "New-1: TRAFFIC: put the node into the load balancer",
        "New-1: TRAFFIC: see that the load balancer takes the node for a serving one",
        "== TRAFFIC to Old-1 no more",
        "Old-1: TRAFFIC: take the node out of the load balancer",
        "Old-1: TRAFFIC: wait until no request is in flight to the node",
        "Old-1: TRAFFIC: see that the node is still out and the others still serve",
        "== SHUTDOWN of the old side",
        "Old-1: SHUTDOWN: shut the gateway down when its clients are done",
      ])
  }

  @Test("what undoes a major upgrade, read backwards, is the vendor's way back")
  func undo() {
    let plan = PlannerBench.plan(PlannerBench.settings(.major))
    #expect(
      plan.rollback(of: "Old-1").map(\.title) == [
        "have your command start the gateway again", "see that the gateway is healthy",
        "put the node into the load balancer", "see that the load balancer takes the node for a serving one",
        "have the gateway take design-time changes again",
      ])
    #expect(
      plan.rollback(of: "New-1").map(\.title) == [
        "take the node out of the load balancer", "wait until no request is in flight to the node",
        "empty the new datastore",
      ])
    #expect(plan.rollback(of: "New-2").count == 2)
  }

  @Test("what was copied is emptied only as long as the new side was not restarted with it")
  func lapses() {
    let plan = PlannerBench.plan(PlannerBench.settings(.major))
    func undo(before phase: Phase) -> [String] {
      var begun: [String: [StepID]] = [:]
      for (id, step) in plan.identifiedSteps {
        if step.phase == phase { break }
        begun[id.node, default: []].append(id)
      }
      return plan.undo(of: "New-1", begun: begun).map(\.act.title)
    }
    #expect(undo(before: .transform) == ["empty the new datastore"])
    #expect(undo(before: .restart) == ["empty the new datastore"])
    #expect(undo(before: .traffic) == [])
    #expect(undo(before: .quiesceAll).first == "take the node out of the load balancer")
    let restarts = plan.identifiedSteps.filter { $0.step.phase == .restart }
    #expect(restarts.allSatisfy { $0.step.undoEnds == Phase.restart.title }, "each is forgotten when taken back")
  }

  @Test(
    "the operator is asked once, before QUIESCE ALL; his commands run where they belong; hooks stand around nodes")
  func options() {
    let hooks = Gate.Point.allCases.map { Gate($0, command: ["/gate"]) }
    let plan = PlannerBench.plan(
      PlannerBench.settings(.major, place: .control, hooks: hooks, hasWebhooks: true, driver: "none"))
    let list = PlannerBench.list(plan)
    #expect(list.count { $0.contains("the operator's word") } == 1)
    #expect(list.count { $0.contains("have beforeNode pass") } == 4)
    #expect(list.count { $0.contains("have afterNode pass") } == 2)
    #expect(list.count { $0.contains("then have betweenWaves pass") } == 3)
    #expect(list.last == "then have atEnd pass: /gate")
    #expect(list.count { $0.contains("webhook is registered") } == 5)
    let commands = plan.rollback(of: "Old-2").flatMap(\.action.commands)
    #expect(commands.isEmpty, "it is no command on the node")
    #expect(plan.notices.contains { $0.hasPrefix("no load balancer") })
    let onNode = PlannerBench.plan(PlannerBench.settings(.major)).rollback(of: "Old-2").flatMap(\.action.commands)
    #expect(onNode.map(\.line) == ["'/restart it'"])
    #expect(plan.floors == ["gateway": 2])
  }
}
