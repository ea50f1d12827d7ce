import Testing
import Upgrade

@testable import Axway

@Suite("The waves of a rolling upgrade")
struct WavePlannerTests {
  /// `NAME:GROUP` each; one with `+` behind its name has an Admin Node Manager, one without a group has no instances.
  private static func topology(
    _ text: String, settings: [String: Topology.GroupSettings] = [:], hooks: [Gate] = []
  ) -> Topology {
    let nodes = text.split(separator: " ").map { word in
      let parts = word.split(separator: ":").map(String.init)
      let name = parts[0].filter { $0 != "+" }
      return Topology.Node(
        name: name, host: name, nodeManager: parts[0].hasSuffix("+") ? .admin : .node,
        instances: parts.dropFirst().map { Topology.Instance(name: "i", group: $0) })
    }
    return Topology(nodes: nodes, groupSettings: settings, hooks: hooks)
  }

  private static func plan(
    _ topology: Topology, observed: [String: Observation] = [:], _ change: (inout WaveOptions) -> Void = { _ in }
  ) throws -> (plan: Plan, problems: [Problem]) {
    var options = UpgradeOptions()
    options.oldInstallDir = "/old"
    options.newInstallDir = "/new"
    change(&options.waves)
    let planner = try Planner(topology, options)
    return (try planner.plan(observed: observed), planner.problems(observed: observed))
  }

  private static func waves(_ plan: Plan) -> [[String]] { plan.stages.dropFirst(2).map { $0.lanes.map(\.node) } }

  @Test("one after another by default; more at once only after the first Admin Node Manager and as the floors allow")
  func order() throws {
    let six = Self.topology("A+:x B:x C:x D:x E:y F:y")
    #expect(try Self.waves(Self.plan(six).plan) == [["A"], ["B"], ["C"], ["D"], ["E"], ["F"]])
    #expect(
      try Self.waves(Self.plan(six) { $0.maxUnavailable = .count(3) }.plan) == [["A"], ["B", "C", "E"], ["D", "F"]])
    #expect(
      try Self.waves(Self.plan(six) { $0.maxUnavailable = .percent(34) }.plan)
        == [["A"], ["B", "C"], ["D", "E"], ["F"]])
    let strict = Self.topology(
      "A+:x B:x C:x D:x E:y F:y", settings: ["x": .init(capacity: .maxUnavailable(.count(1)))])
    let plan = try Self.plan(strict) { $0.maxUnavailable = .count(6) }.plan
    #expect(Self.waves(plan) == [["A"], ["B", "E"], ["C", "F"], ["D"]])
    #expect(plan.stages[3].concurrency == 2 && plan.floors == ["x": 3, "y": 1])
  }

  @Test("a node that is down goes as early as can be, has nothing to drain, and need not serve after a rollback")
  func down() throws {
    let (plan, problems) = try Self.plan(
      Self.topology("A+:x B:x C:x D:x"), observed: ["D": Observation(.notStarted, isDown: true)])
    #expect(Self.waves(plan) == [["A"], ["D"], ["B"], ["C"]] && problems.isEmpty)
    let titles = plan.stages[3].lanes[0].steps.map(\.act.title)
    #expect(!titles.contains { $0.contains("in flight") })
    #expect(!plan.rollback(of: "D").suffix(1).contains { $0.title.contains("serving") })
    #expect(plan.notices.contains { $0.hasPrefix("D: the load balancer has it down") })
  }

  @Test("taking out the last available node of a group is a problem, found before anything is changed")
  func last() throws {
    let pair = Self.topology("A+:x B:x")
    #expect(try Self.plan(pair).problems.isEmpty)
    let (plan, problems) = try Self.plan(pair, observed: ["B": Observation(.notStarted, isDown: true)])
    #expect(problems.map(\.node) == ["A"])
    #expect(
      problems.first?.text
        == "cannot be taken out: 0 of 2 nodes would go on serving 'x', and 1 must (minAvailable 50%), as B serves nobody"
    )
    #expect(problems.first?.remedy.contains("--accept_downtime x") == true)
    #expect(plan.notices.contains("'x': 1 of its 2 nodes serve at any time"))
    let accepted = try Self.plan(pair, observed: ["B": Observation(.notStarted, isDown: true)]) {
      $0.acceptedDowntime = ["x"]
    }
    #expect(accepted.problems.isEmpty && accepted.plan.floors == ["x": 0])
  }

  @Test("a group with one instance needs the operator's word; one that is down altogether is no case for an upgrade")
  func single() throws {
    let lone = Self.topology("A+:x B:x C:y")
    #expect(
      try Self.plan(lone).problems.map(\.description) == [
        "C: it alone serves 'y', which would be interrupted; accept the interruption with --accept_downtime y"
      ])
    #expect(try Self.plan(lone) { $0.acceptedDowntime = ["y"] }.problems.isEmpty)
    let dead = try Self.plan(
      lone, observed: ["A": Observation(nil, isDown: true), "B": Observation(nil, isDown: true)]
    ) { $0.acceptedDowntime = ["y"] }
    #expect(dead.problems.map(\.text) == ["nobody serves 'x': the load balancer has A, B down"])
  }

  @Test("a floor that no node can be missing from is a problem")
  func unsatisfiable() throws {
    let rule = Topology.GroupSettings(capacity: .minAvailable(.count(2)))
    #expect(try Self.plan(Self.topology("A+:x B:x", settings: ["x": rule])).problems.count == 1)
  }

  @Test("the canary goes alone and is baked; pauses and gates are between waves, never behind the last")
  func interludes() throws {
    let gates = [
      Gate(.betweenWaves, command: ["/w"]), Gate(.atEnd, command: ["/e"]), Gate(.beforeNode, command: ["/b"]),
    ]
    let plan = try Self.plan(Self.topology("A+:x B:x C:x D:x E:x", hooks: gates)) {
      $0.maxUnavailable = .count(2)
      $0.canary = "D"
      $0.bake = 60
      $0.pauseAfter = ["B", "E"]
    }.plan
    #expect(Self.waves(plan) == [["A"], ["D"], ["B", "C"], ["E"]])
    #expect(
      plan.stages.dropFirst(2).map { $0.interludes.map(\.title) } == [
        ["have betweenWaves pass: /w"], ["watch D under traffic for 60 s", "have betweenWaves pass: /w"],
        ["have betweenWaves pass: /w", "wait for the operator after B"], ["have atEnd pass: /e"],
      ])
    let first = plan.stages[2].lanes[0].steps[0]
    #expect(first.act.title == "have beforeNode pass: /b" && first.phase == .preApply)
    guard case .gate(_, let place) = plan.stages[4].lanes[0].steps[0].act.action else {
      Issue.record("no gate")
      return
    }
    #expect(place == GatePlace(wave: 3, waves: 4, done: ["A", "D"], remaining: ["B", "C", "E"]))
  }

  @Test("without a canary the first node that serves is baked; a node without instances is left to itself")
  func bakedWave() throws {
    let plan = try Self.plan(Self.topology("A+ B:x C:x")) { $0.bake = 9 }.plan
    #expect(plan.stages.dropFirst(2).map(\.interludes) == [[], [.bake(seconds: 9, nodes: ["B"])], []])
    #expect(!plan.stages[2].lanes[0].steps.contains { $0.act.title.contains("load balancer") })
  }

  @Test(
    "an option that names what is not there is refused with the near match",
    arguments: [
      ("canary", "--canary: 'Node-D' is none of the topology's; did you mean 'Node-A'?"),
      ("pause", "--pause_after: 'Node-D' is none of the topology's; did you mean 'Node-A'?"),
      ("downtime", "--accept_downtime: 'Gateway Grop' is none of the topology's; did you mean 'Gateway Group'?"),
    ])
  func unknown(option: String, message: String) {
    let failure = #expect(throws: Failure.self) {
      try Self.plan(.reference) { options in
        switch option {
        case "canary": options.canary = "Node-D"
        case "pause": options.pauseAfter = ["Node-D"]
        default: options.acceptedDowntime = ["Gateway Grop"]
        }
      }
    }
    #expect(failure?.message == message)
  }
}
