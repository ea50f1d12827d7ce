import FoundationEssentials
import Upgrade

/// When commands were under way in a run and when something else was waited for, gathered from its journal.
struct RunSpans: Sendable {
  /// Each command of each node.
  private(set) var commands: [TimeSpan] = []
  /// Each step without a command, each interlude and each pause.
  private(set) var waits: [TimeSpan] = []
  /// When the first step began.
  private(set) var firstStep: Date?
  /// When the last one ended.
  private(set) var lastStep: Date?
  private(set) var steps = 0
  private(set) var endedSteps = 0
  private var openCommands: [String: Date] = [:]
  private var openSteps: [StepID: (start: Date, hasCommand: Bool)] = [:]
  private var openWait: Date?

  /// Takes the next entry in.
  mutating func take(_ entry: JournalEntry) {
    switch entry.event {
    case .commandStarted(let node, _, _), .commandFollowed(let node, _):
      openCommands[node] = entry.time
      for step in openSteps.keys where step.node == node { openSteps[step]?.hasCommand = true }
    case .commandEnded(let node, _, _):
      if let start = openCommands.removeValue(forKey: node) {
        commands.append(TimeSpan(start: start, end: entry.time))
      }
    case .stepStarted(let step, _):
      steps += 1
      firstStep = firstStep ?? entry.time
      openSteps[step] = (entry.time, false)
    case .stepEnded(let step, _, let failure):
      lastStep = entry.time
      if failure == nil { endedSteps += 1 }
      guard let open = openSteps.removeValue(forKey: step), !open.hasCommand else { return }
      waits.append(TimeSpan(start: open.start, end: entry.time))
    case .interludeStarted, .paused: openWait = entry.time
    case .interludeEnded, .resumed:
      if let start = openWait { waits.append(TimeSpan(start: start, end: entry.time)) }
      openWait = nil
    default: break
    }
  }
}
