import FoundationEssentials
import Upgrade

/// Where the time of a run went, by its journal.
///
/// A command is the nodes' time, from its announcement to its end, with what SSH and following it take. A step that runs
/// no command waits for something else - the load balancer, a health check - and so do an interlude and a pause. What is
/// left, when nothing of that was under way on any node, is the run's own time.
struct RunTimes: Sendable, Hashable {
  /// Steps that were begun.
  private(set) var steps = 0
  /// Those of them that did what they should.
  private(set) var endedSteps = 0
  /// From the start of the process to its end, in seconds, as all times here.
  let wall: Double
  /// While a command was under way.
  let commands: Double
  /// While there was none, but something else was waited for.
  let waits: Double
  /// Own time from the start of the process to the journal's first entry.
  let starting: Double
  /// Own time from there to the first step: connecting, locks, preflight, planning.
  let preparing: Double
  /// Own time from the first step to the end of the last one.
  let stepping: Double
  /// Own time from there to the end of the process.
  let ending: Double

  /// All own time.
  var own: Double { wall - commands - waits }

  /// - Throws: `Failure` of kind `.io` when the journal has no step.
  init(_ entries: [JournalEntry], began: Date, ended: Date) throws(Failure) {
    var spans = RunSpans()
    for entry in entries { spans.take(entry) }
    guard let opened = entries.first?.time, let first = spans.firstStep, let last = spans.lastStep else {
      throw Failure(.io, "the run's journal has no step")
    }
    let busy = TimeSpan.union(spans.commands + spans.waits)
    func own(_ start: Date, _ end: Date) -> Double {
      TimeSpan(start: start, end: end).length - TimeSpan.total(busy, from: start, to: end)
    }
    (steps, endedSteps) = (spans.steps, spans.endedSteps)
    wall = TimeSpan(start: began, end: ended).length
    commands = TimeSpan.total(TimeSpan.union(spans.commands), from: began, to: ended)
    waits = TimeSpan.total(busy, from: began, to: ended) - commands
    starting = own(began, opened)
    preparing = own(opened, first)
    stepping = own(first, last)
    ending = own(last, ended)
  }

  /// What the harness prints.
  var figures: [BenchResult.Figure] {
    [
      .init("own_s", seconds: own), .init("wall_s", seconds: wall), .init("commands_s", seconds: commands),
      .init("waits_s", seconds: waits), .init("starting_s", seconds: starting),
      .init("preparing_s", seconds: preparing), .init("stepping_s", seconds: stepping),
      .init("ending_s", seconds: ending),
    ]
  }
}
