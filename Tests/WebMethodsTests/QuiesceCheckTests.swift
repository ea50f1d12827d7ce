import Testing
import Upgrade

@testable import WebMethods

@Suite("Whether the old side still refuses changes when a run goes on")
struct QuiesceCheckTests {
  /// A run whose steps are done up to the end of `phase`.
  private static func progress(_ plan: Plan, through phase: Phase) -> Progress {
    let last = plan.phases.firstIndex(of: phase) ?? 0
    var progress = Progress([.runStarted(plan)])
    for (id, step) in plan.identifiedSteps where (plan.phases.firstIndex(of: step.phase) ?? 0) <= last {
      progress.apply(.stepStarted(id, title: step.act.title))
      progress.apply(.stepEnded(id, title: step.act.title, failure: nil))
    }
    return progress
  }

  private static func problems(
    _ through: Phase, of profile: UpgradeProfile = .major, and event: Event? = nil,
    _ replies: [String: [ScriptedExchange.Reply]]
  ) async -> (texts: [String], left: Int, remedies: [String]) {
    let settings = PlannerBench.settings(profile)
    let bench = PreflightBench(settings, replies)
    var progress = progress(PlannerBench.plan(settings), through: through)
    if let event { progress.apply(event) }
    let problems = await QuiesceCheck(settings, clients: bench.clients).problems(behind: progress)
    return (problems.map(\.description), await bench.left, problems.map(\.remedy))
  }

  private static let quiesced = PreflightBench.quiesced("designtime")

  @Test(
    "a gateway that takes changes again behind the copy is told with the way out",
    arguments: [Phase.quiesceDesigntime, .reindexCore, .transform, .restart, .traffic])
  func lost(phase: Phase) async {
    let seen = await Self.problems(phase, ["Old-1": [Self.quiesced], "Old-2": [PreflightBench.open]])
    #expect(seen.texts.count == 1 && seen.texts.first?.hasPrefix("Old-2: it takes design-time changes again") == true)
    #expect(
      seen.remedies == [
        "take the run back with 'zdupgrade bluegreen rollback', then 'zdupgrade bluegreen resume' does it anew"
      ])
    #expect(seen.left == 0)
  }

  @Test("one that still refuses them is no problem, nor is one that does not answer: what is done next tells")
  func kept() async {
    let seen = await Self.problems(.transform, ["Old-1": [Self.quiesced], "Old-2": [.lost]])
    #expect(seen.texts.isEmpty && seen.left == 0)
  }

  @Test("who was not told to refuse them, or is quiesced for all or shut down by the run, is not asked")
  func unasked() async {
    for phase in [Phase.start, .clean, .quiesceAll, .reindexLogs, .shutdown] {
      #expect(await Self.problems(phase, [:]).texts.isEmpty)
    }
    #expect(await Self.problems(.shutdown, of: .minorCluster, [:]).texts.isEmpty)
  }

  @Test("one whose phase has begun, but that was not told yet, is not asked")
  func untold() async {
    let settings = PlannerBench.settings(.major, hasWebhooks: true)
    let plan = PlannerBench.plan(settings)
    var progress = Progress([.runStarted(plan)])
    for (id, step) in plan.identifiedSteps where step.node == "Old-1" {
      guard step.act.title != "have the gateway refuse design-time changes" else { break }
      progress.apply(.stepStarted(id, title: step.act.title))
      progress.apply(.stepEnded(id, title: step.act.title, failure: nil))
    }
    let bench = PreflightBench(settings, [:])
    #expect(await QuiesceCheck(settings, clients: bench.clients).problems(behind: progress).isEmpty)
    #expect(progress.completed.contains { plan.step($0)?.phase == .quiesceDesigntime })
  }

  @Test("nobody is asked where the run goes back anyway")
  func goingBack() async {
    let event = Event.decided(.rollBack(["Old-1", "Old-2"]), after: .transform, on: "New-1")
    #expect(await Self.problems(.transform, and: event, [:]).texts.isEmpty)
  }
}
