import Foundation
import TestDoubles
import Testing
import Upgrade

@Suite("How long nodes have taken, by a journal")
struct NodeTimesTests {
  private static func times(_ events: [(Double, Event)]) -> Duration? {
    var times = NodeTimes()
    for (index, (second, event)) in ([(0, .runStarted(RollingPlan().plan))] + events).enumerated() {
      times.apply(JournalEntry(number: index + 1, time: Date(timeIntervalSince1970: second), event: event))
    }
    return times.longest
  }

  private static let roll = RollingPlan.roll
  private static func begin(_ node: String) -> Event { .phaseStarted(node: node, phase: roll) }
  private static func end(_ node: String, _ result: PhaseResult = .passed) -> Event {
    .phaseEnded(node: node, phase: roll, result: result)
  }
  private static let resumed = Event.continued(
    RunOrigin(
      run: RunID(Date(timeIntervalSince1970: 0), bits: 1), version: "0", host: "h", processID: 1, user: "u", nodes: []),
    .resume)

  @Test("the longest counts; one that failed, was cut off or taken back counts for nothing")
  func longest() {
    let prepare: [(Double, Event)] = [
      (1, .phaseStarted(node: "A", phase: RollingPlan.prepare)),
      (90, .phaseEnded(node: "A", phase: RollingPlan.prepare, result: .passed)),
    ]
    #expect(Self.times(prepare) == nil, "nobody is out meanwhile")
    #expect(
      Self.times([(1, Self.begin("A")), (8, Self.end("A")), (9, Self.begin("B")), (12, Self.end("B"))]) == .seconds(7))
    #expect(Self.times([(1, Self.begin("A")), (8, Self.end("A", .failed(Failure(.exit, "x"))))]) == nil)
    #expect(
      Self.times([(1, Self.begin("A")), (50, Self.resumed), (60, Self.begin("A")), (64, Self.end("A"))]) == .seconds(4))
    #expect(Self.times([(1, Self.begin("A")), (50, Self.resumed), (64, Self.end("A"))]) == nil)
  }
}
