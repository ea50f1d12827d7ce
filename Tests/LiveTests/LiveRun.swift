import FoundationEssentials
import Live
import Upgrade

/// The model of a run in which something happens each second.
struct LiveRun {
  static let start = Date(timeIntervalSince1970: 1_800_000_000)
  static let phases = ["EXPORT", "ROLL"].map {
    Phase($0, banner: $0, failure: Status("\($0)_FAILED", 70), isDisruptive: $0 == "ROLL")
  }

  private(set) var model = LiveModel()
  private(set) var now = start

  /// A run on `nodes`, which are of one group and are rolled one after another.
  init(_ nodes: [String], hasPlan: Bool = true) {
    let origin = RunOrigin(
      run: RunID(Self.start, bits: 1), version: "1.2", host: "control", processID: 7, user: "ops", nodes: nodes)
    happen(.opened(origin))
    if hasPlan { happen(.runStarted(Self.plan(nodes))) }
  }

  static func plan(_ nodes: [String]) -> Plan {
    let command = Action.run(Command("true"), timeout: nil)
    let roll: [Act] = [
      Act("out", .balancer(.disable)), Act("drain", .balancer(.drain(deadline: 9))), Act("work", command),
      Act("serves", .balancer(.serve(deadline: 9))),
    ]
    let export = Stage(
      "EXPORT on all nodes", lanes: nodes.map { Lane($0, [Step($0, phases[0], Act("export", command))]) },
      concurrency: nodes.count)
    let rolls = nodes.map { node in
      Stage("ROLL on \(node)", lanes: [Lane(node, roll.map { Step(node, phases[1], $0) })], concurrency: 1)
    }
    return Plan(
      title: "MULTI-NODE UPGRADE", nodes: nodes.map { Node(name: $0, host: $0, groups: ["g"]) }, phases: phases,
      stages: [export] + rolls)
  }

  mutating func happen(_ event: Event, after seconds: Double = 1) {
    now += seconds
    model.apply(event, at: now)
  }

  /// All nodes have exported.
  mutating func export() {
    happen(.stageStarted("EXPORT on all nodes"))
    for node in model.nodes.map(\.name) {
      happen(.phaseStarted(node: node, phase: Self.phases[0]))
      happen(.phaseEnded(node: node, phase: Self.phases[0], result: .passed), after: 2)
    }
  }

  /// The roll of the node at this place, up to the step `last` (3 is its last), which has ended where it `isDone`.
  mutating func roll(_ place: Int, upTo last: Int = 3, isDone: Bool = true) {
    let node = model.nodes[place].name
    happen(.stageStarted("ROLL on \(node)"))
    happen(.phaseStarted(node: node, phase: Self.phases[1]))
    for number in 0...last {
      let id = StepID(node, stage: 1 + place, step: number)
      happen(.stepStarted(id, title: ["out", "drain", "work", "serves"][number]))
      if number < last || isDone { happen(.stepEnded(id, title: "", failure: nil), after: 9) }
    }
    if last == 3, isDone { happen(.phaseEnded(node: node, phase: Self.phases[1], result: .passed), after: 0) }
  }

  /// The screen's lines.
  func screen(_ width: Int = 80, _ height: Int = 24, messages: [LiveFrame.Message] = []) -> [String] {
    frame(width, height, messages: messages).map(\.text)
  }

  func frame(_ width: Int = 80, _ height: Int = 24, messages: [LiveFrame.Message] = []) -> [LiveLine] {
    LiveFrame(model, messages: messages, footer: "p pause", now: now, width: width, height: height).lines
  }

  /// The words of the line that begins with `word`.
  func row(_ word: String) -> [String] {
    screen().first { $0.hasPrefix(word) }?.split(separator: " ").map(String.init) ?? []
  }
}
