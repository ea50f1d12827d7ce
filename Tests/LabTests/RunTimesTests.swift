import FoundationEssentials
import Testing
import Upgrade

@testable import Lab

@Suite("A run's own time") struct RunTimesTests {
  private static let start = Date(timeIntervalSince1970: 1_794_902_400)

  /// Entries at these seconds behind the start.
  private func entries(_ events: [(Double, Event)]) -> [JournalEntry] {
    events.enumerated().map { index, event in
      JournalEntry(number: index + 1, time: Self.start + event.0, event: event.1)
    }
  }

  private func times(_ events: [(Double, Event)], wall: Double) throws -> RunTimes {
    try RunTimes(entries(events), began: Self.start, ended: Self.start + wall)
  }

  private func step(_ node: String, _ number: Int) -> StepID { StepID(node, stage: 0, step: number) }
  private func began(_ node: String, _ number: Int) -> Event { .stepStarted(step(node, number), title: "step") }
  private func ended(_ node: String, _ number: Int, _ failure: Failure? = nil) -> Event {
    .stepEnded(step(node, number), title: "step", failure: failure)
  }
  private func command(_ node: String) -> Event { .commandStarted(node: node, lines: ["true"]) }
  private func commandEnded(_ node: String) -> Event { .commandEnded(node: node, exit: .code(0), reason: nil) }

  @Test("is what is left when no command was under way on any node, and nothing was waited for")
  func parts() throws {
    let times = try times(
      [
        (1, .stageStarted("opened")), (1.5, command("A")), (2, commandEnded("A")),
        (3, began("A", 0)), (3.25, command("A")), (3.5, began("B", 0)), (3.75, command("B")), (4.25, commandEnded("A")),
        (4.5, ended("A", 0)), (5, commandEnded("B")), (5, ended("B", 0)),
        (6, began("A", 1)), (8, ended("A", 1)),
        (8.5, .interludeStarted("look")), (9, .interludeEnded("look", failure: nil)), (9.5, .runEnded(.success)),
      ], wall: 10)
    #expect(times.steps == 3 && times.endedSteps == 3)
    #expect(times.commands == 0.5 + 1.75)
    #expect(times.waits == 2 + 0.5)
    #expect(times.starting == 1)
    #expect(times.preparing == 1.5)
    #expect(times.stepping == 0.25 + 1)
    #expect(times.ending == 1.5)
    #expect(times.own == 10 - 2.25 - 2.5)
    #expect(times.own == times.starting + times.preparing + times.stepping + times.ending)
  }

  @Test("a step that runs a command waits for nothing between its commands: that is the run's own time")
  func betweenCommands() throws {
    let times = try times(
      [
        (0, began("A", 0)), (0, command("A")), (1, commandEnded("A")), (3, command("A")), (4, commandEnded("A")),
        (4, ended("A", 0)),
      ], wall: 4)
    #expect(times.own == 2 && times.waits == 0)
  }

  @Test("a step that failed is not counted as done, and a journal without a step is refused")
  func failures() throws {
    let failed = try times([(0, began("A", 0)), (1, ended("A", 0, Failure(.timeout, "late")))], wall: 1)
    #expect(failed.steps == 1 && failed.endedSteps == 0)
    #expect(throws: Failure.self) { try times([(0, .runEnded(.success))], wall: 1) }
  }
}
