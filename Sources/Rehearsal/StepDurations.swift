public import Axway
import Upgrade

/// How long the steps take in the night, in seconds, and from where that is known.
public struct StepDurations: Sendable, Hashable {
  /// From where a duration is known.
  public enum Source: String, Sendable, Hashable, Codable {
    /// Nobody has measured it: the vendor gives hardly a figure.
    case assumed
    /// The operator has given it in a file.
    case given
    /// An earlier run took so long.
    case recorded
  }

  /// The duration of one step.
  public struct Entry: Sendable, Hashable {
    /// Of every node that has none of its own.
    public let seconds: Double
    /// Of single nodes.
    public let nodes: [String: Double]
    /// From where it is known.
    public let source: Source

    /// A duration.
    public init(_ seconds: Double, nodes: [String: Double] = [:], _ source: Source) {
      self.seconds = seconds
      self.nodes = nodes
      self.source = source
    }
  }

  /// The longest that a step may be said to take: a day.
  static let longest = 86_400.0

  /// The durations, by step.
  public private(set) var entries: [RehearsalStep: Entry]

  /// Those of `entries`.
  public init(_ entries: [RehearsalStep: Entry]) { self.entries = entries }

  /// What is assumed where nothing is known, none longer than two thirds of what `options` allow.
  ///
  /// Source: the vendor's scripts wait 30 s for a start and 10 s for a stop, whatever happens, so a start and a stop are
  /// taken to need less than that. Of `sysupgrade` and of draining the vendor says nothing: those are guesses.
  public static func assumed(_ options: UpgradeOptions) -> StepDurations {
    let guesses: [RehearsalStep: Double] = [
      .export: 60, .upgrade: 120, .drain: 10, .stop: 5, .nodeManagerStop: 5, .apply: 180, .start: 20,
      .nodeManagerStart: 20, .newStop: 5, .newNodeManagerStop: 5, .oldNodeManagerStart: 20, .oldStart: 20, .gate: 5,
    ]
    return StepDurations(
      Dictionary(
        uniqueKeysWithValues: guesses.map { step, guess in
          (step, Entry(min(guess, Double(step.limit(options)?.seconds ?? .max) * 2 / 3), .assumed))
        }))
  }

  /// These, but for the steps of which `others` knows something.
  public func with(_ others: StepDurations) -> StepDurations {
    StepDurations(entries.merging(others.entries) { $1 })
  }

  /// How many seconds `step` takes on `node`.
  public func seconds(_ step: RehearsalStep, on node: String) -> Double {
    guard let entry = entries[step] else { return 0 }
    return entry.nodes[node] ?? entry.seconds
  }

  /// The longest that `step` takes on one of `nodes`.
  public func longest(_ step: RehearsalStep, on nodes: [String]) -> Double {
    nodes.map { seconds(step, on: $0) }.max() ?? 0
  }

  /// What takes longer than `options` allow: in the night a run would fail there, and in a rehearsal, which is faster, not.
  public func problems(on nodes: [String], _ options: UpgradeOptions) -> [Problem] {
    RehearsalStep.allCases.compactMap { step in
      guard let limit = step.limit(options) else { return nil }
      let late = nodes.filter { seconds(step, on: $0) > Double(limit.seconds) }
      guard let first = late.first, let source = entries[step]?.source else { return nil }
      let times = step == .drain && options.onDrainTimeout == .force ? "be cut short" : "fail"
      return Problem(
        node: late.count == 1 ? first : late.listed,
        "'\(step.rawValue)' would \(times): it takes \(Self.text(seconds(step, on: first))) s (\(source.rawValue)), and "
          + "\(limit.option) allows \(limit.seconds) s",
        remedy: "allow more, or give other --durations")
    }
  }

  static func text(_ seconds: Double) -> String {
    seconds == seconds.rounded() && seconds < 1e9 ? "\(Int(seconds))" : "\((seconds * 1000).rounded() / 1000)"
  }
}
