import Upgrade

/// A small rolling upgrade, for tests of what becomes of it when it is cut off.
struct RollingPlan {
  static let prepare = Phase(
    "PREPARE", banner: "PREPARE", failure: Status("PREPARE_FAILED", 71), isDisruptive: false)
  static let roll = Phase("ROLL", banner: "ROLL", failure: Status("ROLL_FAILED", 73), isDisruptive: true)
  static let nodes = ["A", "B", "C"]

  /// The order in which the nodes are rolled.
  var order = Self.nodes
  /// Steps that only see to something, before the node is stopped.
  var checks: [String] = []
  /// Whether the nodes behind the first are rolled at the same time.
  var isWave = false
  /// What must pass before a node is taken out.
  var gate: Gate?
  /// The command that upgrades a node.
  var apply = "apply"
  /// What the drain may take.
  var drain = 1

  private func lane(_ node: String) -> Lane {
    func step(_ title: String, _ action: Action, undo: [Act] = []) -> Step {
      Step(node, Self.roll, Act(title, action), undo: undo)
    }
    let back = [Act("in", .balancer(.enable)), Act("serves", .balancer(.serve(deadline: 1)))]
    let place = GatePlace(wave: 1, waves: 1, done: [], remaining: [])
    return Lane(
      node,
      (gate.map { [step("ask", .gate($0, place))] } ?? [])
        + [step("out", .balancer(.disable), undo: back), step("drain", .balancer(.drain(deadline: drain)))]
        + checks.map { step($0, .answer(HealthCheck("http://x/", deadline: 1))) } + [
          step("stop old", goal(.stopped), undo: [Act("start old", goal(.running))]),
          step("apply", command(apply), undo: [Act("stop new", goal(.stopped))]),
          step(
            "in", .balancer(.enable),
            undo: [Act("out", .balancer(.disable)), Act("drain", .balancer(.drain(deadline: 1)))]),
          step("serves", .balancer(.serve(deadline: 1))),
        ])
  }

  private func command(_ name: String) -> Action { .run(Command("/bin/\(name)"), timeout: nil) }
  private func goal(_ wanted: ProcessGoal.State) -> Action {
    .ensure(ProcessGoal(wanted, check: Command("/check"), act: Command("/act"), deadline: 1))
  }

  /// It as a plan.
  var plan: Plan {
    Plan(
      title: "T", nodes: order.sorted().map { Node(name: $0, host: $0, groups: ["g"]) },
      phases: [Self.prepare, Self.roll],
      stages: [
        Stage(
          "prepare", lanes: order.sorted().map { Lane($0, [Step($0, Self.prepare, Act("prepare", command("p")))]) },
          concurrency: 3, mustPassOnAllNodes: true)
      ]
        + waves.map { wave in
          Stage(
            "roll \(wave.joined())", lanes: wave.map(lane), concurrency: wave.count,
            interludes: wave == ["A"] ? [.bake(seconds: 1, nodes: ["A"])] : [])
        }, floors: isWave ? ["g": 0] : [:])
  }

  private var waves: [[String]] {
    isWave ? [Array(order.prefix(1)), Array(order.dropFirst())] : order.map { [$0] }
  }
}
