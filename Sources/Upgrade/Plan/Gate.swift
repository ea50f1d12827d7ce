/// A command of the operator's on the control node that must succeed before the run goes on.
public struct Gate: Sendable, Hashable, Codable {
  /// Where it stands; the raw value is the key in the topology file's `hooks`.
  public enum Point: String, Sendable, Hashable, Codable, CaseIterable {
    /// Before a node is taken out of the load balancer.
    case beforeNode
    /// After a node is back.
    case afterNode
    /// Between two waves.
    case betweenWaves
    /// After the last wave.
    case atEnd
  }

  /// What follows when it does not succeed.
  public enum FailureReaction: String, Sendable, Hashable, Codable, CaseIterable {
    /// No further node is touched, and nothing is taken back.
    case stop
    /// As after a failed step: what is taken back is what `--rollback` says.
    case rollback
  }

  /// Where it stands.
  public let point: Point
  /// The program and its arguments.
  public let command: [String]
  /// Seconds that one try may take.
  public let timeout: Int
  /// Seconds within which it is tried again until it succeeds; 0 for a single try.
  public let retryFor: Int
  /// Seconds between two tries.
  public let interval: Int
  /// What follows when it does not succeed.
  public let onFailure: FailureReaction

  /// A gate.
  public init(
    _ point: Point, command: [String], timeout: Int = 60, retryFor: Int = 0, interval: Int = 5,
    onFailure: FailureReaction = .stop
  ) {
    self.point = point
    self.command = command
    self.timeout = timeout
    self.retryFor = retryFor
    self.interval = interval
    self.onFailure = onFailure
  }

  /// What it does, as a verb phrase.
  public var title: String { "have \(point.rawValue) pass: \(Command(words: command.map(Command.Word.text)).line)" }
}

/// Where in the run a gate is asked, which it is told in its environment and on standard input.
public struct GatePlace: Sendable, Hashable, Codable {
  /// The wave, from 1.
  public let wave: Int
  /// How many waves there are.
  public let waves: Int
  /// The nodes that are upgraded when this is asked, in their order.
  public let done: [String]
  /// The nodes that are still to do, the one in hand included.
  public let remaining: [String]

  /// A place.
  public init(wave: Int, waves: Int, done: [String], remaining: [String]) {
    self.wave = wave
    self.waves = waves
    self.done = done
    self.remaining = remaining
  }
}
