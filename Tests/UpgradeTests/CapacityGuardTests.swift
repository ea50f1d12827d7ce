import Synchronization
import TestDoubles
import Testing

@testable import Upgrade

@Suite("The guard of the groups' floors")
struct CapacityGuardTests {
  /// Notes who was looked at by each look, and lets the looks end when the test says so.
  private final class Watch: AvailabilityWatch {
    private let state: Mutex<(obstacles: [String: Obstacle], looks: [[String]], isOpen: Bool)>

    init(_ obstacles: [String: Obstacle] = [:], isOpen: Bool = true) { state = Mutex((obstacles, [], isOpen)) }

    var looks: [[String]] { state.withLock { $0.looks } }
    func open() { state.withLock { $0.isOpen = true } }
    func set(_ node: String, _ obstacle: Obstacle?) { state.withLock { $0.obstacles[node] = obstacle } }

    func obstacle(of node: Node) async -> Obstacle? { await obstacles(of: [node])[0] }

    func obstacles(of nodes: [Node]) async -> [Obstacle?] {
      let found = state.withLock { state in
        state.looks.append(nodes.map(\.name))
        return nodes.map { state.obstacles[$0.name] }
      }
      while !state.withLock({ $0.isOpen }) { await Task.yield() }
      return found
    }
  }

  /// Nodes as NAME:GROUP..., and the floor of each group.
  private func plan(_ text: String, _ floors: [String: Int]) -> Plan {
    let nodes = text.split(separator: " ").map { word in
      let parts = word.split(separator: ":").map(String.init)
      return Node(name: parts[0], host: "h", groups: Array(parts.dropFirst()))
    }
    return Plan(title: "T", nodes: nodes, phases: [], stages: [], floors: floors)
  }

  private func takeOut(_ names: [String], _ plan: Plan, _ keeper: CapacityGuard) async -> Set<String> {
    let outcomes = await names.concurrentMap { name -> String? in
      do { try await keeper.takeOut(plan.node(name)) } catch { return nil }
      return name
    }
    return Set(outcomes.compactMap(\.self))
  }

  @Test("of those that ask at the same time, no more are let go than the floor allows, though one look serves them all")
  func notOnEachOther() async throws {
    let plan = plan("A:x B:x C:x D:x E:x F:y G:y", ["x": 3, "y": 1])
    for _ in 0..<20 {
      let keeper = CapacityGuard(plan, watch: Watch())
      let taken = await takeOut(plan.nodes.map(\.name), plan, keeper)
      #expect(taken.intersection(["A", "B", "C", "D", "E"]).count == 2 && taken.intersection(["F", "G"]).count == 1)
      #expect(await keeper.outOfService == taken)
    }
  }

  @Test("who asks while a look is under way is decided by the next one, which looks at each node once")
  func freshLook() async throws {
    let plan = plan("A:x B:x C:x D:x E:x", ["x": 3])
    let watch = Watch(isOpen: false)
    let keeper = CapacityGuard(plan, watch: watch)
    let first = Task { try await keeper.takeOut(plan.node("A")) }
    try await until { watch.looks.count == 1 }
    let others = ["B", "C"].map { name in Task { try await keeper.takeOut(plan.node(name)) } }
    try await until { await keeper.waiting == 2 }
    // What the first look has seen is not true any more when the others are decided.
    watch.set("E", Obstacle("it has died"))
    watch.open()
    try await first.value
    for other in others {
      let failure = await #expect(throws: Failure.self) { try await other.value }
      #expect(failure?.kind == .refused && failure?.message.contains("E: it has died") == true)
      #expect(failure?.message.contains("A: it is out of service") == true)
    }
    #expect(watch.looks.map { $0.sorted() } == [["A", "B", "C", "D", "E"], ["B", "C", "D", "E"]])
    #expect(await keeper.outOfService == ["A"])
  }

  @Test("who is put back while a look is under way counts as out for those who asked before: nobody has looked at it")
  func putBackMeanwhile() async throws {
    let plan = plan("A:x B:x C:x", ["x": 1])
    let watch = Watch(isOpen: false)
    let keeper = CapacityGuard(plan, watch: watch, outOfService: ["C"])
    watch.set("B", Obstacle("it has died"))
    let task = Task { try await keeper.takeOut(plan.node("A")) }
    try await until { watch.looks.count == 1 }
    await keeper.putBack(plan.node("C"))
    watch.open()
    await #expect(throws: Failure.self) { try await task.value }
    try await keeper.takeOut(plan.node("A"))
    #expect(await keeper.outOfService == ["A"], "the next look sees it")
  }

  @Test("who is known not to serve may go whatever the others do; who may serve may not")
  func downAlready() async throws {
    let plan = plan("A:x B:x", ["x": 1])
    let down = Watch(["A": Obstacle("down"), "B": Obstacle("down")])
    try await CapacityGuard(plan, watch: down).takeOut(plan.node("A"))
    let lost = Watch(["A": Obstacle("no answer", isCertain: false), "B": Obstacle("down")])
    await #expect(throws: Failure.self) { try await CapacityGuard(plan, watch: lost).takeOut(plan.node("A")) }
  }

  @Test("a node that is out is not looked at again, but its companions are, before it is stopped")
  func confirmed() async throws {
    let plan = plan("A:x B:x C:x D:y", ["x": 1, "y": 0])
    let watch = Watch()
    let keeper = CapacityGuard(plan, watch: watch)
    try await keeper.takeOut(plan.node("A"))
    try await keeper.takeOut(plan.node("A"))
    try await keeper.confirm(plan.node("A"))
    #expect(watch.looks == [["A", "B", "C"], ["B", "C"]])
    for name in ["B", "C"] { watch.set(name, Obstacle("it has died")) }
    await #expect(throws: Failure.self) { try await keeper.confirm(plan.node("A")) }
  }

  @Test("the balancer is asked about all nodes at once, and again only about those that it said nothing about")
  func bulk() async throws {
    let balancer = Forgetful(silent: ["C": 1, "D": 9], standings: ["B": .down])
    let check = ServingCheck(balancer: balancer, probe: ScriptedProbe(statuses: ["e": 500]), clock: ManualClock())
    let nodes = ["A", "B", "C", "D", "E"].map {
      Node(name: $0, host: "h", groups: ["x"], healthURLs: [$0.lowercased()])
    }
    let obstacles = await check.obstacles(of: nodes)
    #expect(
      obstacles.map { $0?.reason } == [
        nil, "the load balancer has it down", nil, "the load balancer does not say how it stands: no answer",
        "e answers 500",
      ])
    #expect(obstacles.map { $0?.isCertain } == [nil, true, nil, false, true])
    #expect(balancer.asked.withLock { $0 } == [["A", "B", "C", "D", "E"], ["C", "D"], ["D"]])
  }

  private func until(_ condition: () async -> Bool) async throws {
    let seen = try await Polling.value(within: .seconds(20), every: .milliseconds(1), by: ContinuousClock()) {
      await condition() ? true : nil
    }
    try #require(seen == true, "it did not come to that")
  }
}

/// Says nothing about some nodes the first few times, and notes what it was asked.
private final class Forgetful: LoadBalancer {
  private let silent: Mutex<[String: Int]>
  private let standings: [String: Standing]
  let asked = Mutex<[[String]]>([])

  init(silent: [String: Int], standings: [String: Standing]) {
    self.silent = Mutex(silent)
    self.standings = standings
  }

  func disable(_ node: Node) async throws {}
  func enable(_ node: Node) async throws {}
  func isDrained(_ node: Node) async throws -> DrainState { .drained }

  func standing(of node: Node) async throws -> Standing {
    let isSilent = silent.withLock { silent in
      silent[node.name, default: 0] -= 1
      return silent[node.name, default: 0] >= 0
    }
    if isSilent { throw Failure(.balancer, "no answer") }
    return standings[node.name] ?? .enabled
  }

  func standings(of nodes: [Node]) async -> [Result<Standing, Failure>] {
    asked.withLock { $0.append(nodes.map(\.name)) }
    var answers: [Result<Standing, Failure>] = []
    for node in nodes { answers.append(await answer(about: node)) }
    return answers
  }
}
