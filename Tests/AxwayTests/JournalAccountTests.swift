import Axway
import Foundation
import Testing
import Upgrade

@Suite("What the journal of a run has of its nodes, against what they say")
struct JournalAccountTests {
  private static func options() -> UpgradeOptions {
    var options = UpgradeOptions()
    options.oldInstallDir = "/old"
    options.newInstallDir = "/new"
    return options
  }

  private let planner: Planner
  private let plan: Plan
  private let checks: [String: [GatewayProcess.Check]]
  /// The events of an undisturbed run.
  private let whole: [Event]

  init() throws {
    planner = try Planner(.reference, Self.options())
    plan = try planner.plan()
    checks = Dictionary(
      uniqueKeysWithValues: try planner.builders().map { ($0.node.name, $0.commands.processChecks(of: $0.node)) })
    whole = [.runStarted(plan)] + Self.walk(plan)
  }

  /// All steps of `plan` in order, each begun and ended well, with their phases.
  private static func walk(_ plan: Plan) -> [Event] {
    var events: [Event] = []
    for (stage, lane) in plan.stages.enumerated().flatMap({ index, stage in stage.lanes.map { (index, $0) } }) {
      for (place, step) in lane.steps.enumerated() {
        let id = StepID(lane.node, stage: stage, step: place)
        let isLast = place + 1 == lane.steps.count || lane.steps[place + 1].phase != step.phase
        events.append(.stepStarted(id, title: step.act.title))
        if case .run(let command, _) = step.act.action {
          events.append(.commandStarted(node: lane.node, lines: command.lines, job: "job"))
        }
        events.append(.stepEnded(id, title: step.act.title, failure: nil))
        if isLast { events.append(.phaseEnded(node: lane.node, phase: step.phase, result: .passed)) }
      }
    }
    return events
  }

  private func account(_ events: [Event]) -> JournalAccount {
    let entries = events.enumerated().map { index, event in
      JournalEntry(number: index + 1, time: Date(timeIntervalSince1970: Double(index)), event: event)
    }
    return JournalAccount(entries, checks: checks)
  }

  /// The events up to where the step of `node` with that title was begun, that included.
  private func events(upTo title: String, on node: String) -> [Event] {
    let end = whole.firstIndex { if case .stepStarted(let id, title) = $0 { id.node == node } else { false } }
    return Array(whole[...(end ?? 0)])
  }

  /// A node with these processes running, in service unless told otherwise.
  private func view(
    _ node: String, _ state: SysupgradeState, old: Bool, new: Bool, _ standing: Standing? = .enabled
  ) -> NodeView {
    var view = NodeView()
    view.sysupgrade = state
    view.balancer = standing
    for check in checks[node] ?? [] {
      view.processes[check.process] = check.process.installation == .old ? old : new
    }
    return view
  }

  private func differences(_ account: JournalAccount, _ node: String, _ view: NodeView) throws -> [String] {
    NodeDifference.between(try #require(account[node]), view, on: node).map(\.description)
  }

  private static let apply = "create and start the new Node Manager and instances"

  @Test(
    "each place of a run has its words",
    arguments: [
      ("export the old configuration", "EXPORT under way: export the old configuration", "not begun"),
      (apply, "APPLY under way: \(apply)", "UPGRADE done"),
    ])
  func words(title: String, node: String, later: String) {
    let account = account(events(upTo: title, on: "Node-B"))
    #expect(account["Node-B"]?.text == node)
    #expect(account["Node-C"]?.text == later)
    #expect(account["Node-A"]?.text == (title == Self.apply ? "upgraded" : "EXPORT done"))
    #expect(account["Node-X"] == nil)
  }

  @Test("an undisturbed run is found as its journal has it, at every place")
  func agrees() throws {
    let begun = account([whole[0]])
    #expect(try differences(begun, "Node-B", view("Node-B", .notStarted, old: true, new: false)).isEmpty)
    let ended = account(whole + [.runEnded(.success)])
    for node in plan.nodes.map(\.name) {
      #expect(ended[node]?.text == "upgraded")
      #expect(try differences(ended, node, view(node, .applied, old: false, new: true)).isEmpty)
    }
    let applying = account(events(upTo: Self.apply, on: "Node-B"))
    for state in [SysupgradeState.upgraded, .applied] {
      for new in [false, true] {
        let view = view("Node-B", state, old: false, new: new, .disabled)
        #expect(try differences(applying, "Node-B", view).isEmpty, "\(state) may be while it is applied")
      }
    }
    #expect(applying["Node-B"]?.underWay?.title == Self.apply)
    #expect(
      applying["Node-B"]?.underWay?.since
        == Date(timeIntervalSince1970: Double(events(upTo: Self.apply, on: "Node-B").count - 1)))
  }

  @Test("what somebody did behind the run's back is told, and the node is believed")
  func differs() throws {
    let ended = account(whole + [.runEnded(.success)])
    var stopped = view("Node-B", .applied, old: false, new: true)
    stopped.processes[GatewayProcess(.new, "instance 'Gateway-2' of 'Gateway Group'")] = false
    #expect(stopped.processes(of: .new, outOf: 2) == .mixed)
    #expect(
      try differences(ended, "Node-B", stopped) == [
        "Node-B: the journal has the new instance 'Gateway-2' of 'Gateway Group' running, it does not run: the node is "
          + "believed"
      ])
    #expect(
      try differences(ended, "Node-B", view("Node-B", .upgraded, old: true, new: true, .disabled)) == [
        "Node-B: the journal has APPLY done, sysupgrade status says 'export and upgrade complete': the node is believed",
        "Node-B: the journal has the old Node Manager stopped, it runs: the node is believed",
        "Node-B: the journal has the old instance 'Gateway-2' of 'Gateway Group' stopped, it runs: the node is believed",
        "Node-B: the journal has it in the load balancer, the load balancer has it disabled: the load balancer is "
          + "believed",
      ])
    let applying = account(events(upTo: Self.apply, on: "Node-B"))
    #expect(
      try differences(applying, "Node-C", view("Node-C", .applied, old: true, new: false)) == [
        "Node-C: the journal has APPLY not begun, sysupgrade status says 'system upgrade complete': the node is believed"
      ])
    #expect(
      try differences(applying, "Node-B", view("Node-B", .upgraded, old: false, new: false, .enabled)) == [
        "Node-B: the journal has it out of the load balancer, the load balancer has it enabled: the load balancer is "
          + "believed"
      ])
  }

  @Test("what is not known is no difference")
  func unknown() throws {
    let ended = account(whole)
    #expect(try differences(ended, "Node-B", NodeView()).isEmpty)
    var view = NodeView()
    view.balancer = .unknown
    #expect(try differences(ended, "Node-B", view).isEmpty)
    #expect(view.processes(of: .old, outOf: 2) == nil)
  }

  @Test(
    "a node that failed and is taken back is told from one that is back: sysupgrade is as far as it was, the old runs")
  func takenBack() throws {
    let id = try #require(
      events(upTo: Self.apply, on: "Node-B").last.flatMap { if case .stepStarted(let id, _) = $0 { id } else { nil } })
    let failed =
      events(upTo: Self.apply, on: "Node-B") + [
        .stepEnded(id, title: Self.apply, failure: Failure(.exit, "exit code 3", exitCode: 3)),
        .phaseEnded(node: "Node-B", phase: .apply, result: .failed(Failure(.exit, "exit code 3"))),
      ]
    #expect(account(failed)["Node-B"]?.text == "out of the load balancer, APPLY FAILED: exit code 3")
    let decided = failed + [.decided(.rollBack(["Node-B"]), after: .apply, on: "Node-B")]
    #expect(account(decided)["Node-B"]?.text == "to be taken back, APPLY FAILED: exit code 3")

    let way = plan.undo(of: "Node-B", begun: Progress(decided).begun).flatMap { id, act -> [Event] in
      [.stepStarted(id, title: act.title), .stepEnded(id, title: act.title, failure: nil)]
    }
    let back = decided + [.phaseStarted(node: "Node-B", phase: .rollback)] + way
    #expect(account(Array(back.dropLast()))["Node-B"]?.text.hasPrefix("ROLLBACK under way: ") == true)
    let stranded = Stranded(node: "Node-B", state: "stopped", remaining: [])
    #expect(
      account(back.dropLast() + [.stranded(stranded)])["Node-B"]?.text == "APPLY FAILED: exit code 3; stranded: stopped"
    )
    let done = account(back + [.phaseEnded(node: "Node-B", phase: .rollback, result: .passed)])
    #expect(done["Node-B"]?.text == "taken back")
    #expect(done["Node-B"]?.underWay == nil)
    for state in [SysupgradeState.upgraded, .applied] {
      #expect(try differences(done, "Node-B", view("Node-B", state, old: true, new: false)).isEmpty)
    }
    #expect(try differences(done, "Node-B", view("Node-B", .upgraded, old: false, new: false)).count == 2)
  }

  @Test("what was believed of a node is what the journal has from then on")
  func believed() throws {
    let id = try #require(
      events(upTo: Self.apply, on: "Node-B").last.flatMap { if case .stepStarted(let id, _) = $0 { id } else { nil } })
    let cleaned = whole + [.believed(id, isDone: false, why: "sysupgrade status says 'not started'")]
    let account = account(cleaned)
    #expect(try differences(account, "Node-B", view("Node-B", .upgraded, old: false, new: false)).isEmpty)
    #expect(try differences(account, "Node-B", view("Node-B", .applied, old: false, new: false)).count == 1)
  }

  @Test("an apply that was done before and is gone past says nothing of the processes, which may be stopped since")
  func gonePast() throws {
    let before = events(upTo: Self.apply, on: "Node-B")
    let end = try #require(
      before.last.flatMap {
        if case .stepStarted(let id, let title) = $0 { Event.stepEnded(id, title: title, failure: nil) } else { nil }
      })
    let past = account(before + [end])
    let done = account(before + [.commandStarted(node: "Node-B", lines: [], job: "job"), end])
    let view = view("Node-B", .applied, old: false, new: false, .disabled)
    #expect(try differences(past, "Node-B", view).isEmpty)
    #expect(try differences(done, "Node-B", view).count == 2)
  }

  @Test("the command under way is known by its name on the node, also after a look that another process took")
  func job() {
    let begun =
      events(upTo: Self.apply, on: "Node-B") + [
        .commandStarted(node: "Node-B", lines: ["sysupgrade apply"], job: "Node-B.3.4.1"),
        .commandStarted(node: "Node-B", lines: ["sysupgrade status"]),
        .commandEnded(node: "Node-B", exit: .code(0), reason: nil),
      ]
    #expect(account(begun)["Node-B"]?.underWay?.job == "Node-B.3.4.1")
    #expect(account(begun)["Node-A"]?.underWay == nil)
  }
}
