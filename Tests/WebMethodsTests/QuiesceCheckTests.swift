import Testing
import Upgrade

@testable import WebMethods

@Suite("Whether the old side still refuses changes") struct QuiesceCheckTests {
  private let settings = PlannerBench.settings(.major, old: 1, hasWebhooks: true)

  /// A run in which everything of Old-1 up to the step of this title was done.
  private func progress(to title: String) -> Progress {
    let plan = PlannerBench.plan(settings)
    var events: [Event] = [.runStarted(plan)]
    for (id, step) in plan.identifiedSteps where step.node == "Old-1" {
      events += [.stepStarted(id, title: step.act.title), .stepEnded(id, title: step.act.title, failure: nil)]
      if step.act.title == title { break }
    }
    return Progress(events)
  }

  private func problems(behind progress: Progress, _ replies: ScriptedExchange.Reply...) async throws -> [String] {
    let http = ScriptedExchange(replies)
    let client = GatewayClient(
      name: "Old-1", url: try #require(GatewayURL("https://gw.example:5543")),
      login: .init(user: "Administrator", password: Secret("p")), trust: TLSTrust(), http: http,
      clock: ContinuousClock())
    let problems = await QuiesceCheck(settings, clients: ["Old-1": client]).problems(behind: progress)
    #expect(await http.left == 0)
    return problems.compactMap(\.node)
  }

  @Test("a gateway that was told to refuse changes and takes them is a problem")
  func lost() async throws {
    let progress = progress(to: "have the gateway refuse design-time changes")
    #expect(try await problems(behind: progress, .ok(#"{"enable":false}"#)) == ["Old-1"])
    #expect(try await problems(behind: progress, .ok(#"{"enable":true,"block":"designtime"}"#)) == [])
  }

  @Test("one that was not told yet, though its phase has begun, is not even asked, nor one that is quiesced for all")
  func notTold() async throws {
    #expect(try await problems(behind: progress(to: "see that its side's webhook is registered")) == [])
    #expect(try await problems(behind: progress(to: "quiesce everything, and see that it is")) == [])
  }
}
