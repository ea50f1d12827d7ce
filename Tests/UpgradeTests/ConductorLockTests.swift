import TestDoubles
import Testing
import Upgrade

@Suite("The conductor and the locks of its nodes")
struct ConductorLockTests: ConductedRuns {
  private func stranded(_ result: ConductedRun) -> [Stranded] {
    result.events.compactMap { if case .stranded(let node) = $0 { node } else { nil } }
  }

  @Test("the lock is asked for before each act that changes anything, those of a rollback included")
  func asked() async {
    let lock = ScriptedLock()
    let result = await run(failing: ["B: stop": Failure(.exit, "boom")], lock: lock)
    #expect(result.status == Self.roll.failure)
    let looks = ["drain", "confirm", "serves"]
    let changing = result.performed.filter { act in !looks.contains { act.hasSuffix(": \($0)") } }
    #expect(await lock.asked == changing && changing.contains("A: out") && changing.contains("B: in"))
  }

  @Test(
    "a node whose lock is lost is left as it is, with what to run; no other is begun, and none taken back",
    arguments: RollbackPolicy.allCases)
  func lost(policy: RollbackPolicy) async throws {
    let lock = ScriptedLock()
    let result = await run(policy: policy, lock: lock, when: "B: confirm") { _, _ in await lock.lose("B") }
    #expect(result.status == .fatalError)
    #expect(result.performed.suffix(2) == ["B: out", "B: confirm"], "B was not stopped, and A not taken back")
    let started = result.events.contains { if case .stepStarted(_, "stop") = $0 { true } else { false } }
    #expect(started, "that of A")
    let failures = result.events.compactMap { event -> Failure? in
      if case .stepRefused(let step, _, let failure) = event, step.node == "B" { failure } else { nil }
    }
    #expect(failures.map(\.kind) == [.lockLost])
    #expect(failures.first?.message == "stop: not begun: B is another run's")
    let nodes = stranded(result)
    #expect(nodes.map(\.node) == ["B"])
    #expect(nodes.first?.state == "out of the load balancer; nothing was taken back yet")
    #expect(nodes.first?.remaining.map(\.title) == ["in", "serves"], "the stop was not begun")
  }

  @Test("a lock that is lost before anything was done to its node leaves nothing to state")
  func untouched() async {
    let lock = ScriptedLock()
    let result = await run(lock: lock, when: "A: serves") { _, _ in await lock.lose("B") }
    #expect(result.status == .fatalError)
    #expect(result.performed.last == "A: serves" && stranded(result).isEmpty)
  }

  @Test("when two nodes are in hand, the one whose lock is still there is finished")
  func other() async {
    let plan = Plan(
      title: "T", nodes: ["A", "B", "C"].map { Node(name: $0, host: $0, groups: ["g"]) }, phases: [Self.roll],
      stages: [
        Stage("roll A and B", lanes: ["A", "B"].map { Lane($0, Self.steps($0)) }, concurrency: 2),
        Stage("roll C", lanes: [Lane("C", Self.steps("C"))], concurrency: 1),
      ], floors: ["g": 1])
    let lock = ScriptedLock()
    let gate = Gatherer(2)
    let result = await run(plan, lock: lock, when: "A: confirm") { _, _ in
      await gate.arrive()
      await lock.lose("A")
    } onEvent: { event, _ in
      if case .stepEnded(let step, "out", _) = event, step.node == "B" { await gate.arrive() }
    }
    #expect(result.status == .fatalError)
    #expect(result.performed.contains("B: serves") && !result.performed.contains("A: stop"))
    #expect(!result.performed.contains { $0.hasPrefix("C") || $0 == "B: start" })
    #expect(stranded(result).map(\.node) == ["A"])
  }

  @Test("a lock that is lost in a rollback ends that: what is left of it is named, and nothing more is sent")
  func inRollback() async {
    let lock = ScriptedLock()
    let result = await run(
      Self.plan(floors: ["g": 1]), failing: ["B: in": Failure(.balancer, "boom")], lock: lock, when: "B: start"
    ) {
      _, _ in await lock.lose("B")
    }
    #expect(result.status == .rollbackFailed)
    #expect(!result.performed.suffix(1).contains("B: serves"))
    let nodes = stranded(result)
    #expect(nodes.first?.node == "B" && nodes.first?.remaining.map(\.title) == ["in", "serves"])
    #expect(nodes.first?.state == "out of the load balancer; done: start")
    // A's lock is still there: the policy takes it back.
    #expect(result.performed.contains("A: start") && nodes.count == 1)
  }

  @Test("a node that cannot be asked fails the act like any other failure, and is taken back")
  func unknown() async {
    let lock = ScriptedLock()
    let result = await run(Self.plan(floors: ["g": 1]), lock: lock, when: "B: confirm") { _, _ in
      await lock.blind("B")
    }
    #expect(result.status == .rollbackFailed, "B cannot be asked in the rollback either")
    #expect(stranded(result).map(\.node) == ["B"])
    #expect(result.performed.contains("A: start"))
  }
}

/// Lets its callers go when all have arrived.
private actor Gatherer {
  private var missing: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(_ count: Int) { missing = count }

  func arrive() async {
    missing -= 1
    guard missing > 0 else {
      for continuation in waiting { continuation.resume() }
      return waiting = []
    }
    await withCheckedContinuation { waiting.append($0) }
  }
}
