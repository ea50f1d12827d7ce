import FoundationEssentials
import Upgrade

/// An event of every kind, with everything in it that may be nil, empty or hard to write down.
enum SampleEvents {
  static let time = Date(timeIntervalSince1970: 1_794_902_400.123)
  static let id = RunID(time, bits: 0x1a2b)
  static let origin = RunOrigin(
    run: id, version: "0.1.0", host: "control", processID: 4711, user: "root", nodes: ["Node-A", "Knoten-Ö"])

  static let all: [Event] =
    [
      .opened(origin), .continued(origin, .resume), .planned(basis), .replanned(replanning), .runStarted(plan),
      .stageStarted("EXPORT on all nodes at once"),
      .phaseStarted(node: "Node-A", phase: .preflight),
    ] + steps + commands + outcomes + probes + [.runEnded(.success), .runEnded(Status("APPLY_FAILED", 73))]

  private static let basis = RunBasis(
    arguments: ["--config", "a b.json"], directory: "/root", topologyDigest: nil, optionsDigest: "ab", planDigest: "cd",
    observed: ["Node-A": "export complete"])

  private static let replanning: Replanning = {
    var progress = Progress()
    progress.apply(.runStarted(plan))
    do { return try Replanner.replanning(to: plan, from: basis, behind: progress) } catch { fatalError("\(error)") }
  }()

  private static let failure = Failure(
    .timeout, "apply: still \"quoted\" \\ \n\t\u{0}\u{2028}\u{1F600}", evidence: ["", "line/1"], remedy: "run it again")

  private static let steps: [Event] = [
    .stepStarted(StepID("Node-A", stage: 0, step: 3), title: "export"),
    .accepted(StepID("Node-A", stage: 0, step: 3, undo: 1)),
    .stepEnded(StepID("Node-A", stage: 0, step: 3, undo: 1), title: "export", failure: nil),
    .stepEnded(StepID("Node-A", stage: 0, step: 3), title: "export", failure: failure),
    .stepRefused(StepID("Node-A", stage: 0, step: 3), title: "export", failure: failure),
  ]

  private static let commands: [Event] = [
    .commandStarted(node: "Node-A", lines: ["cd /opt/Axway-7.7", "sysupgrade apply --password \"$zdu_password\""]),
    .commandStarted(node: "Node-A", lines: ["sysupgrade apply"], job: "Node-A.1.2.1"),
    .commandFollowed(node: "Node-A", job: "Node-A.1.2.1"),
    .output(node: "Node-A", stream: .standardError, line: "ERROR: \u{1B}[31m tab\tend"),
    .output(node: "Node-A", stream: .standardOutput, line: ""),
    .commandEnded(node: "Node-A", exit: .code(100), reason: nil),
    .commandEnded(node: "Node-A", exit: .signal("TERM"), reason: nil),
    .commandEnded(node: "Node-A", exit: nil, reason: "the connection was lost"),
  ]

  private static let outcomes: [Event] = [
    .note(node: nil, text: "a note"), .note(node: "Node-A", text: "a note"),
    .warning(node: "Node-A", text: "WARN: RBAC permissions file has been modified"),
    .toDo(node: "Node-A", text: "see that x.jar works"),
    .finding(node: "Node-A", Finding(line: "line", meaning: "meaning")),
    .phaseEnded(node: "Node-A", phase: .rollback, result: .passed),
    .phaseEnded(node: "Node-A", phase: .rollback, result: .failed(failure)),
    .decided(.proceed, after: .rollback, on: "Node-A"), .decided(.stop, after: .rollback, on: "Node-A"),
    .decided(.rollBack(["Node-B", "Node-A"]), after: .rollback, on: "Node-A"),
    .believed(StepID("Node-A", stage: 0, step: 3), isDone: true, why: "sysupgrade status"), .takingBack(["Node-A"]),
    .stranded(Stranded(node: "Node-A", state: "out of the load balancer", remaining: acts)),
    .interludeStarted("watch"), .interludeEnded("watch", failure: nil), .interludeEnded("watch", failure: failure),
    .lock(.taken(["Node-A"])), .lock(.lost(node: "Node-A", reason: "removed")), .lock(.released(["Node-A"])),
    .lock(.left(node: "Node-A", reason: "not reached")),
    .paused("after Node-A"), .resumed, .breached(Breach("4 failed", at: time)), .breached(Breach("4 failed")),
  ]

  private static let figures = ProbeFigures(
    url: "https://api.example/ping", answered: 18_204, failed: 1, unmeasured: 2, longestGap: 0.1 + 0.2,
    latency: .init(p50: 1, p95: 2.5, p99: 4.1, max: .infinity))

  private static let probes: [Event] = [
    .probe(.began(question: "GET https://api.example/ping", rate: 20)),
    .probe(.failed(url: "u", at: time, fault: .status(503))),
    .probe(.unmeasured(url: "u", at: time, obstacle: .nameService("servfail"), count: 3)),
    .probe(.failing(url: "u", since: time, fault: .refused, isShown: true)),
    .probe(.recovered(url: "u", at: time, failed: 2, gap: 12.25, isShown: false)),
    .probe(.blind(url: "u", since: time, obstacle: .heldUp, isShown: true)),
    .probe(.seeing(url: "u", at: time, unmeasured: 2, duration: 7, isShown: true)),
    .probe(.sample(url: "u", .init(p50: 1, p95: 2, p99: 3.5, max: 4))),
    .probe(.figures(figures, hidden: 4)),
    .probe(.ended(ProbeFigures(url: "u", answered: 0, failed: 0, unmeasured: 0, longestGap: 0, latency: nil))),
  ]

  private static let acts: [Act] = [
    Act("apply", .run(Command(in: "/opt", words: [.text("a b"), .secret(.password)]), timeout: nil)),
    Act("stop", .ensure(ProcessGoal(.stopped, check: Command("ps"), act: Command("kill"), deadline: 10))),
    Act("wait", .answer(HealthCheck("http://n/health", deadline: 30))),
    Act("drain", .balancer(.drain(deadline: 300, .force))), Act("put back", .balancer(.serve(deadline: 9))),
    Act("do", .operation(Operation("clean", arguments: ["a b": "\n"], lines: ["x"], deadline: 9, isOneTime: true))),
    Act("ask", .gate(Gate(.afterNode, command: ["true"]), place)),
  ]

  private static let place = GatePlace(wave: 1, waves: 2, done: [], remaining: ["Node-A"])

  private static let plan = Plan(
    title: "UPGRADE", nodes: [Node(name: "Node-A", host: "a", groups: ["G"], healthURLs: ["http://a/"])],
    phases: [.rollback],
    stages: [
      Stage(
        "all", lanes: [Lane("Node-A", acts.map { Step("Node-A", .rollback, $0, undo: acts) })], concurrency: 2,
        mustPassOnAllNodes: true,
        interludes: [
          .bake(seconds: 1, nodes: []), .pause(after: ["Node-A"]), .consent("no way back"),
          .gate(Gate(.atEnd, command: []), place),
        ])
    ], notices: ["n"], notUndone: ["u"], floors: ["G": 0])

  /// The kind of `event`; a new kind has to be added here, and to `all`.
  static func kind(_ event: Event) -> Int {
    switch event {
    case .opened: 0
    case .runStarted: 1
    case .stageStarted: 2
    case .phaseStarted: 3
    case .stepStarted: 4
    case .commandStarted: 5
    case .output: 6
    case .commandEnded: 7
    case .note: 8
    case .warning: 9
    case .finding: 10
    case .stepEnded: 11
    case .phaseEnded: 12
    case .decided: 13
    case .stranded: 14
    case .interludeStarted: 15
    case .interludeEnded: 16
    case .paused: 17
    case .resumed: 18
    case .probe: 19
    case .breached: 20
    case .runEnded: 21
    case .commandFollowed: 22
    case .continued: 23
    case .planned: 24
    case .believed: 25
    case .takingBack: 26
    case .lock: 27
    case .stepRefused: 28
    case .replanned: 29
    case .accepted: 30
    case .toDo: 31
    }
  }

  /// How many kinds `kind` tells apart.
  static let kinds = 32
}
