import Axway
public import Upgrade

/// What takes time on a node in the night, and in its rehearsal so much less. Most have the names of a lab's faults.
public enum RehearsalStep: String, Sendable, Hashable, Codable, CaseIterable {
  case export, upgrade
  /// Until nothing is in flight to a node that is out of the load balancer.
  case drain
  /// Stopping an old instance.
  case stop
  /// Stopping the old Node Manager.
  case nodeManagerStop = "nodemanager-stop"
  /// `sysupgrade apply`, with the new processes that it starts.
  case apply
  /// Starting a new instance that apply has left down.
  case start
  /// Starting the new Node Manager where apply has left it down.
  case nodeManagerStart = "nodemanager-start"
  /// Stopping a new instance, as a rollback does.
  case newStop = "new-stop"
  /// Stopping the new Node Manager, as a rollback does.
  case newNodeManagerStop = "new-nodemanager-stop"
  /// Starting the old Node Manager, as a rollback does.
  case oldNodeManagerStart = "old-nodemanager-start"
  /// Starting an old instance, as a rollback does.
  case oldStart = "old-start"
  /// One try of a command of the operator's.
  case gate

  /// The step that `act` is, as a part of `step` or of what takes it back; nil for what takes no time worth a word.
  public init?(_ act: Act, of step: Step) {
    switch act.action {
    case .balancer(.drain): self = .drain
    case .gate: self = .gate
    case .run:
      switch step.phase {
      case .export: self = .export
      case .upgrade: self = .upgrade
      case .apply: self = .apply
      default: return nil
      }
    case .ensure(let goal): self.init(goal, isOld: step.phase == .preApply)
    case .answer, .balancer, .operation: return nil
    }
  }

  /// What is stopped before apply is old, and started again as the way back from there; all else is new.
  private init(_ goal: ProcessGoal, isOld: Bool) {
    let isManager =
      if case .text(let program) = goal.act.words.first { program.hasSuffix("/nodemanager") } else { false }
    self =
      switch (goal.wanted, isOld, isManager) {
      case (.stopped, true, false): .stop
      case (.stopped, true, true): .nodeManagerStop
      case (.stopped, false, false): .newStop
      case (.stopped, false, true): .newNodeManagerStop
      case (.running, true, false): .oldStart
      case (.running, true, true): .oldNodeManagerStart
      case (.running, false, false): .start
      case (.running, false, true): .nodeManagerStart
      }
  }

  /// The option that limits it, and how many seconds that allows; nil for a gate, which has limits of its own.
  func limit(_ options: UpgradeOptions) -> (option: String, seconds: Int)? {
    switch self {
    case .export, .upgrade, .apply: ("--step_time", options.stepTime)
    case .drain: ("--drain_time", options.drainTime)
    case .stop, .nodeManagerStop, .newStop, .newNodeManagerStop: ("--shutdown_time", options.shutdownTime)
    case .start, .nodeManagerStart, .oldStart, .oldNodeManagerStart: ("--startup_time", options.startupTime)
    case .gate: nil
    }
  }
}
