import FoundationEssentials
import Upgrade

/// What happened to one node, with its times.
public struct NodeStory: Sendable {
  /// A phase that was begun.
  public struct PhaseSpan: Sendable {
    /// The phase.
    public let phase: Phase
    /// When it was under way.
    public internal(set) var span: TimeSpan
    /// How it ended; nil when it did not.
    public internal(set) var result: PhaseResult?
  }

  /// A command that was run on the node, and what it printed.
  public struct CommandRecord: Sendable {
    /// The command as the node's log has it.
    public let lines: [String]
    /// When it ran.
    public internal(set) var span: TimeSpan
    /// How it ended; nil where it did not, or nobody saw it.
    public internal(set) var exit: CommandExit?
    /// Why it was cut short; nil where it was not.
    public internal(set) var reason: String?
    /// The last lines it printed.
    public private(set) var output: [String] = []
    /// How many lines before them are only in the node's log.
    public private(set) var omitted = 0

    fileprivate mutating func add(_ line: String) {
      output.append(line)
      guard output.count > NodeStory.keptLines else { return }
      output.removeFirst()
      omitted += 1
    }
  }

  /// A step that was performed, or taken back.
  public struct StepRecord: Sendable {
    /// What it did.
    public let title: String
    /// When.
    public internal(set) var span: TimeSpan
    /// Why it failed; nil where it did not, or has not ended.
    public internal(set) var failure: Failure?
    fileprivate let id: StepID
  }

  /// Of each command's output so many lines are kept.
  static let keptLines = 200
  /// Of each node so many commands are kept, the last ones.
  static let keptCommands = 300

  /// The node's name.
  public let name: String
  /// Its phases, in the order in which they began.
  public private(set) var phases: [PhaseSpan] = []
  /// When it drained.
  public private(set) var drains: [TimeSpan] = []
  /// When the load balancer sent it nothing, by what the run did.
  public private(set) var outages: [TimeSpan] = []
  /// What was done.
  public private(set) var steps: [StepRecord] = []
  /// The last commands that were run.
  public private(set) var commands: [CommandRecord] = []
  /// How many commands before them are only in its log.
  public private(set) var omittedCommands = 0

  init(_ name: String) { self.name = name }

  /// Takes in what happened to this node at `time`; `action` is that of the step in question.
  mutating func apply(_ event: Event, at time: Date, _ action: Action?) {
    switch event {
    case .phaseStarted(_, let phase): phases.append(PhaseSpan(phase: phase, span: TimeSpan(time)))
    case .phaseEnded(_, let phase, let result): end(phase, result, at: time)
    case .stepStarted(let id, let title): begin(id, title, action, at: time)
    case .stepEnded(let id, _, let failure): end(id, failure, action, at: time)
    case .commandStarted(_, let lines, _): begin(lines, at: time)
    case .output(_, _, let line): if let last = commands.indices.last { commands[last].add(line) }
    case .commandEnded(_, let exit, let reason):
      guard let last = commands.indices.last else { return }
      commands[last].span.ended = time
      (commands[last].exit, commands[last].reason) = (exit, reason)
    default: break
    }
  }

  private mutating func end(_ phase: Phase, _ result: PhaseResult, at time: Date) {
    guard let last = phases.lastIndex(where: { $0.phase == phase && $0.result == nil }) else { return }
    phases[last].span.ended = time
    phases[last].result = result
  }

  private mutating func begin(_ id: StepID, _ title: String, _ action: Action?, at time: Date) {
    steps.append(StepRecord(title: title, span: TimeSpan(time), id: id))
    if case .balancer(.drain) = action { drains.append(TimeSpan(time)) }
    // From the moment on in which it may be out.
    if case .balancer(.disable) = action, outages.last.map({ $0.ended != nil }) ?? true {
      outages.append(TimeSpan(time))
    }
  }

  private mutating func end(_ id: StepID, _ failure: Failure?, _ action: Action?, at time: Date) {
    if let last = steps.lastIndex(where: { $0.id == id }) {
      steps[last].span.ended = time
      steps[last].failure = failure
    }
    switch action {
    case .balancer(.drain): if let last = drains.indices.last { drains[last].ended = time }
    case .balancer(.serve) where failure == nil:
      if let last = outages.indices.last, outages[last].ended == nil { outages[last].ended = time }
    default: break
    }
  }

  private mutating func begin(_ lines: [String], at time: Date) {
    commands.append(CommandRecord(lines: lines, span: TimeSpan(time)))
    guard commands.count > Self.keptCommands else { return }
    commands.removeFirst()
    omittedCommands += 1
  }
}
