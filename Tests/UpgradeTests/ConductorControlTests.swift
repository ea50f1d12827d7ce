import Foundation
import TestDoubles
import Testing
import Upgrade

@Suite("The conductor and what comes in between")
struct ConductorControlTests: ConductedRuns {
  @Test(
    "a node is not taken out when its group would fall below its floor; nothing is touched, and nobody else taken back")
  func refused() async throws {
    let watch = ScriptedWatch()
    let result = await run(watch: watch, when: "A: serves") { _, _ in await watch.set("C", "it is dead") }
    #expect(result.status == Self.roll.failure)
    #expect(result.performed.last == "A: serves", "B was not even told to the load balancer")
    let failures = result.events.compactMap { event -> Failure? in
      if case .stepRefused(let step, _, let failure) = event, step.node == "B" { failure } else { nil }
    }
    let failure = try #require(failures.first)
    #expect(failure.kind == .refused)
    #expect(failure.message == "out: without B, 1 of 3 nodes would serve 'g', and 2 must (C: it is dead)")
    #expect(failure.remedy?.contains("--accept_downtime g") == true)
  }

  @Test("with room in the floor a node may be missing; one that is down itself takes nothing away")
  func allowed() async {
    let watch = ScriptedWatch(["C": "it is dead"])
    #expect(await run(Self.plan(floors: ["g": 1]), watch: watch).status == .success)
    #expect(await run(Self.plan(floors: ["g": 0]), watch: ScriptedWatch(["B": "x", "C": "x"])).status == .success)
    let down = await run(Self.plan(floors: ["g": 2]), watch: ScriptedWatch(["A": "it is dead"]))
    #expect(down.performed.prefix(2) == ["A: out", "A: confirm"])
    #expect(!down.performed.contains("B: out"))
  }

  @Test("a node of which nobody can say whether it serves is counted as one that is taken away")
  func unknown() async {
    let watch = ScriptedWatch(["C": "it is dead"])
    await watch.lose("A")
    let result = await run(watch: watch)
    #expect(result.status == Self.roll.failure && result.performed.isEmpty)
  }

  @Test("another node that dies while this one is out is noticed before the stop")
  func confirmed() async {
    let watch = ScriptedWatch()
    let result = await run(watch: watch, when: "B: out") { _, _ in await watch.set("C", "it is dead") }
    #expect(result.performed.suffix(3) == ["B: out", "B: in", "B: serves"], "B was not stopped, and is back")
    #expect(!result.performed.contains("A: drain"), "A is left in service")
  }

  @Test("a stop that comes when the last step of all is in hand changes nothing: the run has succeeded")
  func stopTooLate() async {
    let late = await run(when: "C: serves") { _, control in await control.stop(because: "SIGINT was received") }
    #expect(late.status == .success)
    let early = await run(when: "B: serves") { _, control in await control.stop(because: "SIGINT was received") }
    #expect(early.status == .fatalError && early.performed.last == "B: serves")
  }

  @Test("a pause that the operator asks for begins behind the node in hand, and ends when he lets it go on")
  func paused() async {
    let result = await run(when: "A: stop") { _, control in
      await control.pause(because: "the operator wants it")
    } onEvent: { event, control in
      if case .paused = event { await control.goOn() }
    }
    #expect(result.status == .success)
    let place = result.events.firstIndex(of: .paused("the operator wants it"))
    let ended = result.events.firstIndex { if case .phaseEnded("A", _, _) = $0 { true } else { false } }
    let next = result.events.firstIndex { if case .phaseStarted("B", _) = $0 { true } else { false } }
    #expect(try! #require(ended) < #require(place) && #require(place) < #require(next))
  }

  @Test(
    "a stop during the drain leaves it, puts the node back and touches no other", arguments: RollbackPolicy.allCases)
  func stopInDrain(policy: RollbackPolicy) async {
    let plan = Plan(
      title: "T", nodes: ["A", "B", "C"].map { Node(name: $0, host: $0, groups: ["g"]) }, phases: [Self.roll],
      stages: ["A", "B"].map { node in
        let drain = Step(node, Self.roll, Act("drain", .balancer(.drain(deadline: 1_000_000))))
        var steps = Self.steps(node)
        steps.insert(drain, at: 1)
        return Stage("roll \(node)", lanes: [Lane(node, steps)], concurrency: 1)
      })
    // The drain does not end by itself: it goes on until it is cancelled.
    let result = await run(plan, policy: policy, when: "A: drain") { _, control in
      await control.stop(because: "SIGINT was received")
      while !Task.isCancelled { await Task.yield() }
    }
    #expect(result.status == .fatalError)
    #expect(result.performed.filter { $0 != "A: drain" } == ["A: out", "A: in", "A: serves"])
    #expect(
      result.events.contains { event in
        if case .phaseEnded("A", Self.roll, .failed(let failure)) = event {
          failure.kind == .cancelled && failure.message == "drain: given up: SIGINT was received"
        } else {
          false
        }
      })
  }

  @Test("a pause waits behind its wave, and the run goes on when told to")
  func pause() async {
    let plan = Self.plan([[.pause(after: ["A"])], [], []])
    let result = await run(plan, onEvent: { event, control in if case .paused = event { await control.goOn() } })
    #expect(result.status == .success)
    let order = result.events.compactMap { event -> String? in
      switch event {
      case .paused: "paused"
      case .resumed: "resumed"
      case .stageStarted(let title): title
      default: nil
      }
    }
    #expect(order == ["roll A", "paused", "resumed", "roll B", "roll C"])
  }

  @Test("a gate between waves that fails stops before the next node, or takes all back where it says so")
  func gates() async {
    let place = GatePlace(wave: 1, waves: 3, done: ["A"], remaining: ["B", "C"])
    for (reaction, kind) in [(Gate.FailureReaction.stop, Failure.Kind.gate), (.rollback, .exit)] {
      let gate = Gate(.betweenWaves, command: ["/x"], onFailure: reaction)
      let result = await run(
        Self.plan([[.gate(gate, place)], [], []]), failing: ["gate: \(gate.title)": Failure(kind, "no")])
      #expect(result.status == .gateFailed && !result.performed.contains("B: out"))
      #expect(result.performed.contains("A: start") == (reaction == .rollback))
    }
  }

  @Test(
    "what is taken back after a gate or a bake that fails is what the policy says",
    arguments: [(RollbackPolicy.none, []), (.node, ["B: start"]), (.all, ["B: start", "A: start"])])
  func policyBehindWaves(policy: RollbackPolicy, expected: [String]) async {
    let place = GatePlace(wave: 2, waves: 3, done: ["A", "B"], remaining: ["C"])
    let gate = Gate(.betweenWaves, command: ["/x"], onFailure: .rollback)
    let gated = await run(
      Self.plan([[], [.gate(gate, place)], []]), failing: ["gate: \(gate.title)": Failure(.exit, "no")], policy: policy)
    let watch = ScriptedWatch()
    let baked = await run(
      Self.plan([[], [.bake(seconds: 5, nodes: ["B"])], []], floors: ["g": 1]), watch: watch, policy: policy,
      when: "B: serves"
    ) { _, _ in await watch.set("B", "it answers 500") }
    for result in [gated, baked] {
      #expect(result.status == .gateFailed && !result.performed.contains("C: out"))
      #expect(result.performed.filter { $0.hasSuffix("start") } == expected)
      #expect(!result.events.contains { if case .stranded = $0 { true } else { false } }, "the nodes are complete")
    }
  }

  @Test("a node that gets no requests and is left half done is named as well")
  func halfDone() async {
    let stop = Action.run(Command("/bin/x"), timeout: nil)
    let steps = ["stop", "apply"].map { Step("A", Self.roll, Act($0, stop), undo: [Act("undo \($0)", stop)]) }
    let plan = Plan(
      title: "T", nodes: [Node(name: "A", host: "a", groups: [])], phases: [Self.roll],
      stages: [Stage("roll A", lanes: [Lane("A", steps)], concurrency: 1)])
    let result = await run(plan, failing: ["A: apply": Failure(.exit, "boom")], policy: .none)
    let stranded = result.events.compactMap { if case .stranded(let node) = $0 { node } else { nil } }
    #expect(stranded.map(\.state) == ["serving nobody, as before; nothing was taken back yet"])
    #expect(stranded.first?.remaining.map(\.title) == ["undo apply", "undo stop"])
  }

  @Test("a canary that stops serving while it bakes is taken back, and no other node is touched")
  func bake() async {
    let watch = ScriptedWatch()
    let result = await run(
      Self.plan([[.bake(seconds: 12, nodes: ["A"])], [], []]), watch: watch, when: "A: serves"
    ) { _, _ in await watch.set("A", "it answers 500") }
    #expect(result.status == .gateFailed)
    #expect(result.performed.contains("A: start") && !result.performed.contains("B: out"))
    let failures = result.events.compactMap { event -> Failure? in
      if case .interludeEnded(_, let failure) = event { failure } else { nil }
    }
    #expect(failures.map(\.message) == ["A does not serve after its upgrade: it answers 500"])
    #expect(await run(Self.plan([[.bake(seconds: 12, nodes: ["A"])], [], []])).status == .success)
  }

  @Test("a healthy node whose rollback fails before anything is stopped is put back, and named")
  func readmitted() async {
    let boom = Failure(.exit, "boom")
    let result = await run(failing: ["B: stop": boom, "A: drain": Failure(.notDrained, "busy")])
    #expect(result.status == .rollbackFailed)
    #expect(result.performed.suffix(4) == ["A: out", "A: drain", "A: in", "A: serves"])
    let stranded = result.events.compactMap { if case .stranded(let node) = $0 { node } else { nil } }
    #expect(stranded.map(\.node) == ["A"])
    #expect(stranded.first?.state == "in the load balancer as before; nothing was taken back yet")
  }
}
