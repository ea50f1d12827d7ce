import Foundation
import Testing

@testable import Upgrade

@Suite("The probe in the run's summary")
struct ProbeReportTests {
  @Test("behind the table there is a line for each target, and the breach with its time, why, and what was in hand")
  func summary() async {
    let phase = Phase("APPLY", banner: "APPLY", failure: Status("APPLY_FAILED", 73), isDisruptive: true)
    let plan = Plan(title: "T", nodes: [Node(name: "A", host: "a", groups: [])], phases: [phase], stages: [])
    let report = RunReport()
    let figures = ProbeFigures(
      url: "https://api/", answered: 7, failed: 3, unmeasured: 0, longestGap: 300, latency: nil)
    let events: [Event] = [
      .runStarted(plan), .phaseStarted(node: "A", phase: phase),
      .stepStarted(StepID("A", stage: 0, step: 0), title: "stop the old instance"),
      .breached(Breach("https://api/: 3 probes failed, 2 are allowed", at: Date(timeIntervalSince1970: 1_700_000_000))),
      .stepEnded(StepID("A", stage: 0, step: 0), title: "stop the old instance", failure: nil),
      .phaseEnded(node: "A", phase: phase, result: .passed), .breached(Breach("again")), .probe(.ended(figures)),
      .runEnded(.success),
    ]
    for event in events { await report.read(event) }
    let lines = await report.lines().drop { !$0.hasPrefix("https") }
    #expect(
      Array(lines) == [
        "https://api/: 10 probes, 3 failed, longest gap 300 ms, no good answer",
        "Probe budget spent at 2023-11-14T22:13:20.000Z: https://api/: 3 probes failed, 2 are allowed; in hand: "
          + "A: APPLY: stop the old instance",
        "Probe budget spent: again; in hand: nothing",
      ])
  }
}
