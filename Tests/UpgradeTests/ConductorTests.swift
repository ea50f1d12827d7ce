import TestDoubles
import Testing
import Upgrade

@Suite("The conductor walks a plan")
struct ConductorTests {
  private static let prepare = Phase(
    "PREPARE", banner: "PREPARE", failure: Status("PREPARE_FAILED", 71), isDisruptive: false)
  private static let roll = Phase("ROLL", banner: "ROLL", failure: Status("ROLL_FAILED", 73), isDisruptive: true)

  private static func command(_ name: String) -> Action { .run(Command("/bin/\(name)"), timeout: nil) }

  private static func rollSteps(_ node: String) -> [Step] {
    [
      Step(
        node, roll, Act("out", .balancer(.disable)),
        undo: [Act("in again", .balancer(.enable)), Act("serves again", .balancer(.serve(deadline: 1)))]),
      Step(node, roll, Act("drain", .balancer(.drain(deadline: 1)))),
      Step(node, roll, Act("stop old", command("stop")), undo: [Act("start old", command("start"))]),
      Step(node, roll, Act("apply", command("apply")), undo: [Act("stop new", command("stop-new"))]),
      Step(
        node, roll, Act("in", .balancer(.enable)),
        undo: [Act("out again", .balancer(.disable)), Act("drain again", .balancer(.drain(deadline: 1)))]),
      Step(node, roll, Act("serves", .balancer(.serve(deadline: 1)))),
    ]
  }

  private static let plan = Plan(
    title: "T", nodes: ["A", "B", "C"].map { Node(name: $0, host: $0, groups: [$0 == "C" ? "lone" : "pair"]) },
    phases: [prepare, roll],
    stages: [
      Stage(
        "prepare", lanes: ["A", "B", "C"].map { Lane($0, [Step($0, prepare, Act("prepare", command("p")))]) },
        concurrency: 3, mustPassOnAllNodes: true)
    ] + ["A", "B", "C"].map { Stage("roll \($0)", lanes: [Lane($0, rollSteps($0))], concurrency: 1) })

  private func run(
    failingAt names: String..., policy: RollbackPolicy = .all, helper: (any RollbackHelper)? = nil
  ) async -> (status: Status, performed: [String], events: [Event]) {
    let failures = Dictionary(uniqueKeysWithValues: names.map { ($0, Failure(.exit, "boom", exitCode: 9)) })
    let executor = ScriptedExecutor(failingAt: failures)
    let journal = EventRecorder()
    let conductor = Conductor(
      executor: executor, journal: journal, rollbackHelper: helper ?? StandardRollbackHelper(policy))
    let status = await conductor.run(Self.plan)
    return (status, await executor.performed, await journal.events)
  }

  @Test("every step is performed in order and the status is success")
  func success() async {
    let (status, performed, _) = await run()
    #expect(status == .success)
    let expected = ["A", "B", "C"].flatMap { node in Self.rollSteps(node).map { "\(node): \($0.act.title)" } }
    #expect(Array(performed.dropFirst(3)) == expected)
    #expect(Set(performed.prefix(3)) == ["A: prepare", "B: prepare", "C: prepare"])
  }

  @Test("a failure before anything was taken away lets the other nodes finish the stage, and takes nothing back")
  func harmlessFailure() async {
    let (status, performed, _) = await run(failingAt: "B: prepare")
    #expect(status == Self.prepare.failure)
    #expect(Set(performed) == ["A: prepare", "B: prepare", "C: prepare"])
  }

  @Test("a node that fails to drain is readmitted and nothing else is touched")
  func failedDrain() async {
    let (status, performed, _) = await run(failingAt: "A: drain")
    #expect(status == Self.roll.failure)
    #expect(performed.dropFirst(3) == ["A: out", "A: drain", "A: in again", "A: serves again"])
  }

  @Test("the failing node is taken back first, then the nodes before it, each from its last step to its first")
  func rollbackAll() async {
    let (status, performed, events) = await run(failingAt: "B: apply")
    #expect(status == Self.roll.failure)
    let expected = [
      "B: out", "B: drain", "B: stop old", "B: apply",
      "B: stop new", "B: start old", "B: in again", "B: serves again",
      "A: out again", "A: drain again", "A: stop new", "A: start old", "A: in again", "A: serves again",
    ]
    #expect(Array(performed.drop { $0 != "B: out" }) == expected)
    let rolledBack = events.compactMap { event -> String? in
      if case .phaseEnded(let node, .rollback, .passed) = event { node } else { nil }
    }
    #expect(rolledBack == ["B", "A"])
  }

  @Test("with --rollback node only the failing node is taken back, with none nothing is")
  func policies() async {
    let node = await run(failingAt: "B: apply", policy: .node).performed.drop { $0 != "B: apply" }
    #expect(node == ["B: apply", "B: stop new", "B: start old", "B: in again", "B: serves again"])
    let none = await run(failingAt: "B: apply", policy: .none)
    #expect(none.performed.drop { $0 != "B: apply" } == ["B: apply"])
    let left = none.events.compactMap { if case .stranded(let node) = $0 { node } else { nil } }
    #expect(left.map(\.node) == ["B"], "who is left as it is, is named with what would take it back")
    #expect(left.first?.remaining.map(\.title) == ["stop new", "start old", "in again", "serves again"])
  }

  @Test("a node that cannot be taken back is stranded, and the group's other node is not taken out as well")
  func strandedNode() async throws {
    let (status, performed, events) = await run(failingAt: "B: apply", "B: start old")
    #expect(status == .rollbackFailed)
    #expect(performed.last == "B: start old")
    #expect(!performed.contains("A: out again"))
    let stranded = events.compactMap { if case .stranded(let node) = $0 { node } else { nil } }
    let b = try #require(stranded.first)
    #expect(b.node == "B" && b.state.contains("out of the load balancer") && b.state.contains("stop new"))
    #expect(b.remaining.map(\.title) == ["start old", "in again", "serves again"])
    #expect(b.remaining.first?.lines == ["/bin/start"])
    #expect(stranded.map(\.node) == ["B", "A"])
    #expect(stranded.last?.state.contains("in the load balancer as before") == true)
  }

  @Test("a rollback helper may let the upgrade proceed; the failed node stays as it is and out of later stages")
  func proceeding() async {
    struct Proceed: RollbackHelper {
      func decision(after: Phase, failure: Failure, on: String, results: Results) -> RollbackDecision { .proceed }
    }
    let (status, performed, _) = await run(failingAt: "C: drain", helper: Proceed())
    #expect(status == Self.roll.failure)
    #expect(performed.contains("A: serves") && !performed.contains("C: in again"))
    let (barred, early, _) = await run(failingAt: "C: prepare", helper: Proceed())
    #expect(barred == Self.prepare.failure)
    #expect(early.count == 3, "a stage that must pass on all nodes bars the next one whatever the helper says")
  }

  @Test("after a stop no further node is taken in hand")
  func stopping() async {
    let executor = ScriptedExecutor()
    let journal = EventRecorder()
    let control = RunControl()
    let conductor = Conductor(
      executor: executor, journal: journal, rollbackHelper: StandardRollbackHelper(.all), control: control)
    await control.stop(because: "SIGINT was received")
    #expect(await conductor.run(Self.plan) == .fatalError)
    #expect(await executor.performed.isEmpty)
  }
}
